# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels and delivery: what is wrong in their settings, and what the provider answers."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "notify.setting_invalid": (
        'Reading {key} of the channel "{channel}"',
        "{expected}",
        '"{found}"',
        "correct the inventory or the environment; nothing was sent",
    ),
    "notify.secret_setting_invalid": (
        'Reading {key} of the channel "{channel}"',
        "a value of the form {form}",
        "a value of another form (not shown: it is a secret)",
        "correct the vault, the inventory or the environment; nothing was sent",
    ),
    "notify.smtp_away": (
        "Sending an email by {host}",
        "an answer of the server",
        "{found}",
        "look at the mail server, then run it again",
    ),
    "notify.smtp_tls": (
        "Encrypted connection to the mail server {host}",
        "a valid certificate in the server's name, by a known authority",
        "certificate or encryption refused ({found}); nothing was sent in clear text",
        "correct the server's certificate, or name its authority by ca_file",
    ),
    "notify.smtp_no_starttls": (
        "Encrypted connection to the mail server {host}",
        "STARTTLS offered by the server",
        "no STARTTLS ({found}); nothing was sent in clear text",
        "find out who answers at this address, or use the TLS port with security: tls",
    ),
    "notify.smtp_account": (
        "Login to the mail server {host}",
        "an account that is accepted",
        "account refused ({found})",
        "check the account and its password",
    ),
}

TEXTS: dict[str, str] = {
    "notify.reason.account": "account refused ({status}): check its name and token",
    "notify.reason.tls": "the service is not who it should be ({cause})",
    "notify.reason.incomplete": "incomplete settings (address, recipients or account)",
    "notify.reason.some": "{failed} message{failed:s} of {all}: {reason}",
    "notify.reason.unclear": "{reason}: the message may have been sent, it will not be sent again",
    "notify.reason.unclear_before": "an earlier attempt got no clear answer: no second message",
    "notify.line.already_sent": "Notification: {channel} was informed already",
    "notify.ledger": "Notification: the record of what was sent is of no use ({cause}); a recovery might repeat messages",
}
