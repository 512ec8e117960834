# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of JSON a message, appended to a file: nothing leaves the machine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from .._core.errors import BadInput, Failed
from .._core.files import RECORD_MODE
from .._core.http import Response
from .channel import SENT, Payload, Single, Verdict, Wires
from .event import Event


class Log(Single):
    """The file is made when it is not there, its folder too."""

    KEYS: ClassVar[Mapping[str, type]] = {"file": str}

    def configured(self) -> bool:
        return bool(self.entry.text("file"))

    def validate(self) -> None:
        if not Path(self.entry.text("file")).is_absolute():
            raise BadInput("notify.file_invalid", channel=self.entry.name, found=self.entry.text("file"))

    def secrets(self) -> tuple[str, ...]:
        return ()

    def target(self) -> str:
        return self.entry.text("file")

    def payloads(self, event: Event) -> list[Payload]:
        return [
            {
                "at": event.at,
                "status": event.status.name,
                "urgency": event.urgency,
                "audience": event.audience,
                "title": event.title,
                "message": event.body,
                "fields": dict(event.fields),
                **event.facts,
            }
        ]

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        line = json.dumps(payload, ensure_ascii=False).encode(errors="replace") + b"\n"
        path = self.entry.text("file")
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            # O_NONBLOCK: a pipe that nobody reads is an error, not a wait without end
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, RECORD_MODE)
            with os.fdopen(handle, "ab", buffering=0) as stream:
                stream.write(line)
        except OSError as error:
            raise Failed("file.unwritable", path=path, found=error.strerror or str(error)) from error
        return Response(status=200)

    def classify(self, response: Response) -> Verdict:
        return Verdict(SENT)
