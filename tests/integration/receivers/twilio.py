# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's Messages resource on loopback: account, form, numbers, length, price."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import parse_qs

from .web import Behaviour, HttpReceiver, Refusal, Reply, Request, require

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "cAnArY0s3cr3t0t0ken0123456789abcd"
NUMBER = "+15005550006"
OPTED_OUT = "+33600000000"
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "\f^{}\\[~]|€"
CODES = {"21211": 400, "21602": 400, "21610": 400, "21617": 400, "20003": 401}


def limited(seconds: int) -> Behaviour:
    body = {"code": 20429, "message": "Too Many Requests", "status": 429}
    return Behaviour(status=429, headers={"Retry-After": str(seconds)}, body=body)


def segments(text: str) -> int:
    """What the message is charged for."""
    if all(character in GSM or character in EXTENDED for character in text):
        size = sum(2 if character in EXTENDED else 1 for character in text)
        return 1 if size <= 160 else -(-size // 153)
    size = len(text.encode("utf-16-le")) // 2
    return 1 if size <= 70 else -(-size // 67)


def check_message(raw: bytes, content_type: str) -> dict[str, str]:
    """The form, when Twilio would queue it. Raises Refusal."""
    require(content_type == "application/x-www-form-urlencoded", "21602 content type")
    try:
        form = parse_qs(raw.decode("ascii"), strict_parsing=True, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Refusal("21602 form") from error
    require(set(form) == {"To", "From", "Body"} and all(len(value) == 1 for value in form.values()), "21602 keys")
    message = {key: value[0] for key, value in form.items()}
    require(bool(re.fullmatch(r"\+[1-9]\d{6,14}", message["To"])), f"21211 invalid number {message['To']}")
    require(message["To"] != OPTED_OUT, f"21610 unsubscribed recipient {message['To']}")
    require(bool(message["Body"].strip()), "21602 message body is required")
    require(len(message["Body"]) <= 1600, "21617 the message body exceeds 1600 characters")
    return message


class TwilioReceiver(HttpReceiver[dict[str, str]]):
    @property
    def url(self) -> str:
        return self.origin

    def refusal(self, refusal: Refusal) -> Any:
        code, _space, said = str(refusal).partition(" ")
        return {"code": int(code), "message": said, "status": refusal.status, "more_info": ""}

    def take(self, request: Request) -> Reply:
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != expected:
            raise Refusal(f"20003 Authentication Error - {request.headers.get('authorization')}", 401)
        if request.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            raise Refusal("20404 not found", 404)
        message = check_message(request.raw, request.headers.get("content-type", ""))
        self.accepted.append(message)
        return Reply(201, {"sid": f"SM{len(self.accepted):032x}", "status": "queued", **message})
