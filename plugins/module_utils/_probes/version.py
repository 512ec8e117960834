# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof of the version that is served: JSON from a URL, the container's image, its label, a command in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.clock import Clock
from .._core.errors import BadInput, CommandFailed, Failed, TransportFailed
from .._core.http import Response, Transport
from .._core.runner import Runner, last_words
from .gate import GateSettings
from .question import ABSENT, json_field, shorten

MOVING = ("latest", "")
"""Names that mean another release tomorrow: nothing can be compared with them."""
COMMAND_SECONDS = 20.0
_ANSWERS_LATER = 500
"""From this status on, the server says "not now": asked again until the deadline."""


@dataclass(frozen=True)
class Container:
    """What the proofs need to know of a running container."""

    container_id: str
    image_id: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """A service (or the edge) and what it should be; ``sources`` is its ``version`` table of the stack."""

    name: str
    version: str | None = None
    image_id: str | None = None
    sources: Mapping[str, Any] = field(default_factory=dict)
    container: Container | None = None


@dataclass(frozen=True)
class Proof:
    """One way of looking. ``reason`` is empty when the version could be read, else the end of an error's identifier."""

    target: str
    kind: str
    expected: str
    found: str
    reason: str = ""

    @property
    def ok(self) -> bool:
        return not self.reason and self.found == self.expected

    def data(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "kind": self.kind,
            "expected": self.expected,
            "found": self.found,
            "ok": self.ok,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Prover:
    """Gathers proofs with what it is handed."""

    runner: Runner
    transport: Transport
    clock: Clock
    settings: GateSettings = field(default_factory=GateSettings)

    def prove(self, target: Target) -> list[Proof]:
        """Every proof that exists for ``target``.

        Raises BadInput ``proof.moving_version`` for ``latest``, Failed ``proof.none`` when there is no way of looking.
        """
        if target.version is not None and target.version.strip().lower() in MOVING:
            raise BadInput("proof.moving_version", target=target.name, version=target.version)
        proofs = [] if target.version is None else self._by_version(target, target.version)
        if target.image_id:
            proofs.append(_by_image(target, target.image_id))
        if not proofs:
            raise Failed("proof.none", target=target.name)
        return proofs

    def _by_version(self, target: Target, version: str) -> list[Proof]:
        sources = target.sources
        proofs = []
        if sources.get("url"):
            proofs.append(self._by_url(target, version))
        if sources.get("label"):
            proofs.append(_by_label(target, version))
        if sources.get("command"):
            proofs.append(self._by_command(target, version))
        return proofs

    def _by_url(self, target: Target, version: str) -> Proof:
        url, name = str(target.sources["url"]), str(target.sources.get("field") or "version")
        kind = "url"
        try:
            answer = self._ask(url)
        except TransportFailed as error:
            return Proof(target.name, kind, version, str(error.details.get("found", "?")), "no_answer")
        if not 200 <= answer.status <= 299:
            return Proof(target.name, kind, version, f"HTTP {answer.status}", "bad_status")
        try:
            value = json_field(answer.body, name)
        except ValueError:
            return Proof(target.name, kind, version, shorten(answer.body), "not_json")
        if value is ABSENT or not isinstance(value, str):
            return Proof(target.name, kind, version, shorten(answer.body), "no_field")
        return Proof(target.name, kind, version, shorten(value))

    def _ask(self, url: str) -> Response:
        """The first real answer; silence and 5xx are asked again until the gate's deadline."""
        deadline = self.clock.monotonic() + self.settings.deadline_seconds
        while True:
            failure: TransportFailed | None = None
            answer: Response | None = None
            try:
                answer = self.transport.request("GET", url, timeout=self.settings.timeout_seconds)
            except TransportFailed as error:
                failure = error
            if answer is not None and answer.status < _ANSWERS_LATER:
                return answer
            left = deadline - self.clock.monotonic()
            if left <= 0:
                if answer is not None:
                    return answer
                raise failure or TransportFailed("http.no_answer", url=url, found="?")
            self.clock.sleep(min(self.settings.interval_seconds, left))

    def _by_command(self, target: Target, version: str) -> Proof:
        kind = "command"
        if target.container is None:
            return Proof(target.name, kind, version, "", "no_container")
        argv = ["docker", "exec", target.container.container_id, *map(str, target.sources["command"])]
        try:
            done = self.runner.run(argv, timeout=COMMAND_SECONDS)
        except CommandFailed as error:
            return Proof(target.name, kind, version, shorten(last_words(error)), "command_failed")
        lines = done.stdout.strip().splitlines()
        if len(lines) != 1:
            return Proof(target.name, kind, version, shorten(done.stdout), "command_junk")
        return Proof(target.name, kind, version, shorten(lines[0].strip()))


def require_proofs(proofs: Sequence[Proof]) -> None:
    """All proofs agree. Raises Failed ``proof.<reason>`` or ``proof.mismatch`` for the first that does not."""
    if not proofs:
        raise Failed("proof.none", target="?")
    for proof in proofs:
        if proof.ok:
            continue
        identifier = f"proof.{proof.reason or 'mismatch'}"
        details = {key: value for key, value in proof.data().items() if key in ("target", "kind", "expected", "found")}
        raise Failed(identifier, **details)


def _by_image(target: Target, image_id: str) -> Proof:
    if target.container is None:
        return Proof(target.name, "image", image_id, "", "no_container")
    return Proof(target.name, "image", image_id, target.container.image_id)


def _by_label(target: Target, version: str) -> Proof:
    if target.container is None:
        return Proof(target.name, "label", version, "", "no_container")
    label = str(target.sources["label"])
    found = target.container.labels.get(label)
    if found is None:
        return Proof(target.name, "label", version, label, "no_label")
    return Proof(target.name, "label", version, found)
