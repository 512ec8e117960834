# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands as argument lists; never a shell string, never a secret in argv."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Protocol

from .clock import Clock, SystemClock
from .errors import CommandFailed, Failed

STREAM_BYTES = 1 << 20
LAST_LINES = 12
HINT = re.compile(r"(See|Run) 'docker[^']* --help'")
"""Docker's last line after an error, which says nothing of the cause."""
KEPT_LINES = 1000
"""Of what a streaming command says."""
LAST_WORDS_SECONDS = 10.0
"""For what a command that ended had still to say; a child that it left behind may hold the pipe open."""
"""How much of a failed command's output an error carries."""


@dataclass(frozen=True)
class Completed:
    """A command that ended: what ran, its status, its output, how long it took (seconds)."""

    argv: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    seconds: float = 0.0


class Runner(Protocol):
    """Runs one command to its end."""

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float = 60.0,
        stdin: bytes | None = None,
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Completed:
        """Run ``argv``; ``env`` is added to the environment.

        Raises CommandFailed when it cannot start (``command.missing``), takes longer than ``timeout`` seconds
        (``command.timeout``; its process group is killed) or, with ``check``, ends with a status other than 0
        (``command.failed``).
        """

    def stream(
        self,
        argv: Sequence[str],
        write: Callable[[bytes], None],
        *,
        stdin: bytes | None = None,
        told: Callable[[str], None] | None = None,
        check: bool = True,
    ) -> Completed:
        """Run ``argv`` and hand its standard output to ``write`` as it comes, each line of its errors to ``told``.

        ``stdout`` of the result is empty, ``stderr`` has the last lines. Raises as ``run`` does, without a time limit;
        what ``write`` raises ends the command's process group.
        """


class SubprocessRunner:
    """The real thing. Every child keeps the descriptors in ``inherit``: an orphan still holds the lock."""

    def __init__(self, clock: Clock | None = None, inherit: Sequence[int] = ()) -> None:
        self._clock: Clock = clock or SystemClock()
        self.inherit = tuple(inherit)

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float = 60.0,
        stdin: bytes | None = None,
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Completed:
        started = self._clock.monotonic()
        process = self._start(argv, stdin is not None, cwd, env)
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise CommandFailed("command.timeout", command=" ".join(argv), seconds=round(timeout)) from error
        return self._ended(process, out, err, started, check)

    def stream(
        self,
        argv: Sequence[str],
        write: Callable[[bytes], None],
        *,
        stdin: bytes | None = None,
        told: Callable[[str], None] | None = None,
        check: bool = True,
    ) -> Completed:
        started = self._clock.monotonic()
        process = self._start(argv, stdin is not None, None, None)
        said: deque[bytes] = deque(maxlen=KEPT_LINES)
        listener = threading.Thread(target=_listen, args=(process.stderr, said, told), daemon=True)
        listener.start()
        try:
            if process.stdin is not None:
                with suppress(BrokenPipeError), process.stdin as stream:
                    stream.write(stdin or b"")
            while block := process.stdout.read(STREAM_BYTES) if process.stdout else b"":
                write(block)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            process.wait()
            listener.join(LAST_WORDS_SECONDS)
            for end in (process.stdout, process.stderr):
                if end is not None:
                    end.close()
        return self._ended(process, b"", b"".join(said), started, check)

    def _start(
        self, argv: Sequence[str], fed: bool, cwd: str | None, env: Mapping[str, str] | None
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                list(argv),
                stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                pass_fds=self.inherit,
                start_new_session=True,
            )
        except OSError as error:
            raise CommandFailed("command.missing", command=argv[0], found=error.strerror or str(error)) from error

    def _ended(
        self, process: subprocess.Popen[bytes], out: bytes, err: bytes, started: float, check: bool
    ) -> Completed:
        done = Completed(
            argv=tuple(str(part) for part in process.args),  # type: ignore[union-attr]
            status=process.returncode,
            stdout=out.decode(errors="replace"),
            stderr=err.decode(errors="replace"),
            seconds=self._clock.monotonic() - started,
        )
        if check and done.status != 0:
            raise failure_of(done)
        return done


def _listen(errors: IO[bytes], said: deque[bytes], told: Callable[[str], None] | None) -> None:
    for line in errors:
        said.append(line)
        if told:
            told(line.decode(errors="replace"))


def failure_of(done: Completed) -> CommandFailed:
    """The error that a command's non-zero end amounts to, with the last lines of what it said."""
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    while said and (not said[-1].strip() or HINT.match(said[-1])):
        said.pop()
    output = "\n".join(said[-LAST_LINES:])
    return CommandFailed("command.failed", command=" ".join(done.argv), status=done.status, output=output)


def last_words(error: Failed) -> str:
    """The one line that says why a command did not do its work: its last, else its status or the time it had."""
    said = str(error.details.get("output") or error.details.get("found") or "").strip()
    if said:
        return said.splitlines()[-1]
    facts = {"status": "exit {}", "seconds": "> {} s"}
    return next((text.format(error.details[key]) for key, text in facts.items() if key in error.details), error.text_id)
