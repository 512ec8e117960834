# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every channel can do; another channel is one class here beside and one line in ``channels``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from .._core.http import Response, Transport
from .event import Event

Payload = Mapping[str, Any]
SENT, RETRY, FINAL = "sent", "retry", "final"


@dataclass(frozen=True)
class Entry:
    """One named channel of the inventory. ``url`` is a secret."""

    name: str
    kind: str
    url: str = field(default="", repr=False)
    file: str = ""
    enabled: bool = True
    required: bool = False


@dataclass(frozen=True)
class Verdict:
    """What an answer means: ``kind`` sent, retry or final; ``after`` seconds asked for by the other side."""

    kind: str
    reason: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    after: float = 0.0
    ambiguous: bool = False


class Channel(Protocol):
    """Made from an entry; holds no connection."""

    KEYS: ClassVar[tuple[str, ...]]
    """The keys of its entry beyond name, kind, enabled and required."""
    entry: Entry

    def validate(self) -> None:
        """Look at the entry, without the network. Raises BadInput, which never holds the secret."""

    def configured(self) -> bool:
        """Whether it has an address to send to."""

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""

    def target(self) -> str:
        """Where it sends to, as it may be shown."""

    def payloads(self, event: Event) -> list[Payload]:
        """What would be sent, within the provider's limits."""

    def send(self, payload: Payload, transport: Transport, timeout: float) -> Response:
        """One attempt. Raises EngineError when there is no answer."""

    def classify(self, response: Response) -> Verdict:
        """What that answer means."""
