# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes known secrets out of text, in the forms in which they travel."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "********"
SHORTEST = 4
"""Shorter values would mask ordinary words."""
_CREDENTIALS = re.compile(r"(\w://)[^/\s@]+@")


def without_credentials(text: str) -> str:
    """``text`` of others, such as what a container wrote, with the credentials in addresses masked."""
    return _CREDENTIALS.sub(rf"\1{MASK}@", text)


class Redactor:
    """Masks each secret as it stands, URL-encoded, and in base64 (a URI's password counts as a secret of its own)."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if secret:
                forms |= _forms(secret)
        self._forms = sorted((form for form in forms if len(form) >= SHORTEST), key=len, reverse=True)

    def text(self, value: str) -> str:
        for form in self._forms:
            value = value.replace(form, MASK)
        return value

    def data(self, value: Any) -> Any:
        """The same for every string inside lists and dicts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.data(key): self.data(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.data(item) for item in value]
        return value


def _forms(secret: str) -> set[str]:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    found = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), encoded}
    try:
        password = urlsplit(secret).password if "://" in secret else None
    except ValueError:
        password = None
    if password:
        found |= _forms(password) | _forms(unquote(password))
    return found
