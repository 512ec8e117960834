# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every channel can do; another channel is one file here beside and one line in ``channels``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from .._core.clock import Clock
from .._core.http import Response, Transport
from .event import Event
from .smtp import MailWire

Payload = Mapping[str, Any]
SENT, RETRY, FINAL, GONE = "sent", "retry", "final", "gone"


@dataclass(frozen=True)
class Entry:
    """One named channel of the inventory. ``settings`` holds the keys of its kind, secrets among them."""

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    enabled: bool = True
    required: bool = False

    def text(self, key: str, default: str = "") -> str:
        return str(self.settings.get(key) or default)

    def many(self, key: str) -> list[str]:
        """A list, given as one or as text with commas."""
        value = self.settings.get(key) or []
        items = value.replace(";", ",").split(",") if isinstance(value, str) else value
        return [str(item).strip() for item in items if str(item).strip()]


@dataclass(frozen=True)
class Verdict:
    """What an answer means.

    ``kind``: sent, retry, final, or gone (the message that was to be edited is not there any more). ``after``: seconds
    asked for by the other side. ``unclear``: it may have been sent all the same. ``whole``: what remains for the same
    channel would fare no better. ``receipt``: the provider's name of the message.
    """

    kind: str
    reason: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    after: float = 0.0
    unclear: bool = False
    whole: bool = False
    receipt: str = ""


@dataclass(frozen=True)
class Wires:
    """The ways out of this machine, for one channel during one delivery."""

    http: Transport
    smtp: MailWire
    clock: Clock


class Channel(Protocol):
    """Made from an entry; holds no connection."""

    KEYS: ClassVar[Mapping[str, type]]
    """The keys of its entry beyond those of every entry, each with its type; ``list`` may be text with commas."""
    SECRETS: ClassVar[tuple[str, ...]]
    """Those of them that must never be shown."""
    ADDRESS: ClassVar[Mapping[str, str]]
    """Keys that the first entry of the kind takes from an environment variable when it has no value of its own."""
    ACCOUNT: ClassVar[Mapping[str, tuple[str, ...]]]
    """The same for every entry of the kind: the first of the variables that is set."""
    UNCLEAR_TRIES: ClassVar[int]
    """Further tries when a message may have been sent; with 0 a later run does not try either."""
    entry: Entry

    def validate(self) -> None:
        """Look at the entry, without the network. Raises BadInput, which never holds a secret."""

    def configured(self) -> bool:
        """Whether it has an address to send to."""

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, as it appears in addresses and answers."""

    def target(self) -> str:
        """Where it sends to, as it may be shown."""

    def payloads(self, event: Event) -> list[Payload]:
        """What would be sent, one a recipient, within the provider's limits."""

    def recipient(self, payload: Payload) -> str:
        """Which of several recipients it is for, in a form that tells nobody; empty for a single one."""

    def continues(self, event: Event) -> bool:
        """Whether the message takes the place of the last one of the same run."""

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        """One attempt; ``earlier`` is the receipt of the message to edit. Raises EngineError when there is no answer."""

    def classify(self, response: Response) -> Verdict:
        """What that answer means."""


class Single:
    """What channels with one recipient and no edits have in common."""

    SECRETS: ClassVar[tuple[str, ...]] = ()
    ADDRESS: ClassVar[Mapping[str, str]] = {}
    ACCOUNT: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    UNCLEAR_TRIES: ClassVar[int] = 1

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def recipient(self, payload: Payload) -> str:
        return ""

    def continues(self, event: Event) -> bool:
        return False
