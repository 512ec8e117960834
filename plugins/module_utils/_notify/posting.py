# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the channels that post JSON to an address have in common."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from .._core.errors import BadInput
from .._core.http import Response
from .channel import FINAL, RETRY, Entry, Payload, Single, Verdict, Wires
from .clamp import EMPTY, clamp, one_line

LONGEST_WAIT = 3600.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
AGENT = "benevoclic-updates"


def check_address(entry: Entry, form: str, path: str) -> None:
    """https, or http on loopback; no account in it; its path as the pattern ``path``. Raises BadInput."""
    address = entry.text("url")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput("notify.webhook_invalid", channel=entry.name, kind=entry.kind, form=form) from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    plain = not parts.username and not re.search(r"[^\x21-\x7e]", address)
    if not (secure and host and plain and re.fullmatch(path, parts.path)):
        raise BadInput("notify.webhook_invalid", channel=entry.name, kind=entry.kind, form=form)


class ChatWebhook(Single):
    """A channel that is one secret address. ``PATH`` has the groups ``id``, which may be shown, and ``token``."""

    KEYS: ClassVar[Mapping[str, type]] = {"url": str}
    SECRETS: ClassVar[tuple[str, ...]] = ("url",)
    FORM: ClassVar[str]
    PATH: ClassVar[re.Pattern[str]]
    MARK: ClassVar[str] = ""
    """Stands before the id."""

    def configured(self) -> bool:
        return bool(self.entry.text("url"))

    def validate(self) -> None:
        check_address(self.entry, self.FORM, self.PATH.pattern)

    def secrets(self) -> tuple[str, ...]:
        found = self.PATH.fullmatch(urlsplit(self.entry.text("url")).path)
        return (self.entry.text("url"), found["token"]) if found else (self.entry.text("url"),)

    def target(self) -> str:
        parts = urlsplit(self.entry.text("url"))
        found = self.PATH.fullmatch(parts.path)
        return f"{parts.hostname} {self.MARK}{found['id']}" if found else ""


def post_json(
    wires: Wires,
    url: str,
    payload: Payload,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
) -> Response:
    """One exchange. Raises TransportFailed."""
    return wires.http.request(
        method,
        url,
        timeout=timeout,
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": AGENT, **(headers or {})},
        body=json_bytes(payload),
    )


def json_bytes(payload: Payload) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode(errors="replace")


def judge(response: Response, answer: str, gone: tuple[int, ...] = (401, 403, 404, 410)) -> Verdict:
    """What an answer other than a success means, where a provider has no rule of its own."""
    details: dict[str, object] = {"status": response.status}
    if response.status == 429:
        return Verdict(RETRY, "notify.reason.rate", details, after=asked_wait(response))
    if response.status >= 500:
        unclear = response.status in (500, 504)
        return Verdict(RETRY, "notify.reason.status", details, after=asked_wait(response), unclear=unclear)
    if response.status in gone:
        return Verdict(FINAL, "notify.reason.webhook", details, whole=True)
    return Verdict(FINAL, "notify.reason.refused", {**details, "answer": clamp(one_line(answer), 120) or EMPTY})


def json_object(response: Response) -> dict[str, object]:
    """The JSON object that was answered; an empty one when it was something else."""
    try:
        content = json.loads(response.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def asked_wait(response: Response) -> float:
    """Seconds: the longer of the header's and the body's figure; nonsense counts for nothing."""
    waits = [0.0]
    for value in (response.headers.get("retry-after"), json_object(response).get("retry_after")):
        try:
            waits.append(float(str(value)))
        except ValueError:
            continue
    return min(LONGEST_WAIT, max(wait for wait in waits if not math.isnan(wait)))
