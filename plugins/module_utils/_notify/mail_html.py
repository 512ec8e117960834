# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML part of an email: tables and styles in place, as mail programs want them; nothing is fetched from anywhere."""

from __future__ import annotations

from html import escape

from .event import Event

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE = """<!DOCTYPE html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{title}</title>
</head>
<body style="margin:0;padding:0;background-color:#eef1f4">
<div style="display:none;max-height:0;overflow:hidden">{summary}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background-color:#eef1f4">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0"
 style="width:100%;max-width:600px;background-color:#ffffff;border-top:6px solid {colour};{font}">
<tr><td style="padding:24px 28px 4px;font-size:20px;line-height:26px;font-weight:600;color:#17202a">{title}</td></tr>
<tr><td style="padding:8px 28px;font-size:15px;line-height:23px;color:#17202a;overflow-wrap:anywhere">{body}</td></tr>
{progress}{fields}{links}{log}<tr>
<td style="padding:16px 28px 24px;font-size:12px;line-height:18px;color:#5d6d7e">{footer}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
_ROW = (
    '<tr><td valign="top" style="padding:6px 12px 6px 0;font-size:14px;line-height:20px;color:#5d6d7e;width:34%">{name}</td>'
    '<td valign="top" style="padding:6px 0;font-size:14px;line-height:20px;color:#17202a;overflow-wrap:anywhere">'
    "{value}</td></tr>"
)
_TABLE = (
    '<tr><td style="padding:8px 28px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"'
    ' style="border-top:1px solid #d5dbe1">{rows}</table></td></tr>\n'
)
_LINK = '<a href="{address}" style="color:#0b5cad;margin-right:16px">{label}</a>'
_LOG = (
    '<tr><td style="padding:8px 28px"><pre style="margin:0;padding:12px;background-color:#f4f6f8;font-size:12px;'
    'line-height:17px;white-space:pre-wrap;overflow-wrap:anywhere;color:#17202a">{log}</pre></td></tr>\n'
)
_PROGRESS = (
    '<tr><td style="padding:8px 28px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"'
    ' style="background-color:#e1e6eb"><tr><td width="{percent}%" style="height:8px;background-color:{colour}"></td>'
    "<td></td></tr></table></td></tr>\n"
)


def html_of(event: Event) -> str:
    """The page; every text in it is escaped."""
    colour = f"#{event.status.colour:06x}"
    rows = "".join(_ROW.format(name=escape(name), value=_lines(value)) for name, value in event.fields)
    links = "".join(_LINK.format(address=escape(address), label=escape(label)) for label, address in event.links)
    footer = " - ".join(
        escape(part) for part in (event.facts.get("stack"), event.facts.get("run_id"), event.at) if part
    )
    return _PAGE.format(
        locale=escape(event.locale),
        title=escape(event.title),
        summary=escape(event.summary),
        colour=colour,
        font=_FONT,
        body=_lines(event.body),
        progress="" if event.percent is None else _PROGRESS.format(percent=event.percent, colour=colour),
        fields=_TABLE.format(rows=rows) if rows else "",
        links=f'<tr><td style="padding:8px 28px;font-size:14px;line-height:22px">{links}</td></tr>\n' if links else "",
        log=_LOG.format(log=escape(event.log)) if event.log else "",
        footer=footer,
    )


def _lines(value: str) -> str:
    return escape(value).replace("\n", "<br>\n")
