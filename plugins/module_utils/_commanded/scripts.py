# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one of the application's scripts to its end: in a container of its own of the image at hand, or on the host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .._core.errors import CommandFailed, Failed
from .._core.files import write_json
from .._core.redaction import Redactor
from .._core.runner import Completed
from .._runs.context import HostContext
from .._stack import containers
from .._stack.compose import Compose
from .._stack.one_off import container_name
from .._suites.npm import last_lines
from .._suites.of_run import addresses
from .settings import CONTAINER, Settings

CALL_SECONDS = 120.0
POLL_SECONDS = 0.3
LOG_LINES = "200"
TARGET_VARIABLE = "MIGRATION_TARGET"
"""Tells the target to scripts that are called without one."""
OVERRIDE = "scripts.compose.json"

Check = Callable[[], None]
"""Raises when the work may not go on."""


@dataclass(frozen=True)
class Scripts:
    """``image``: the id of the image that brings the scripts; None on the host."""

    context: HostContext
    settings: Settings
    image: str | None

    def run(self, script: str, target: str, check: Check, *, told: bool = True) -> tuple[str, ...]:
        """Run ``npm run SCRIPT -- --target TARGET`` and give its last lines, without secrets.

        ``told`` false: without the option, as the manual calls it; the variable ``MIGRATION_TARGET`` says it always. Raises
        Failed ``migrations.script_failed`` or ``migrations.script_timeout``, and what ``check`` raises: then the script
        does not go on.
        """
        argv = ["run", "--silent", script, *(["--", "--target", target] if told else [])]
        place = self._in_container if self.settings.runner == CONTAINER else self._on_host
        done = place(script, argv, target, check)
        check()
        lines = tuple(Redactor(self.context.secrets.values()).data(list(last_lines(done))))
        if done.status != 0:
            said = " | ".join(lines) or "-"
            raise Failed("migrations.script_failed", script=script, target=target, status=done.status, output=said)
        return lines

    def _on_host(self, script: str, argv: list[str], target: str, check: Check) -> Completed:
        """A script on the host cannot be ended when the lock is lost meanwhile: that is told afterwards."""
        check()
        env = {**addresses(self.context.definition), TARGET_VARIABLE: target}
        command = ["npm", "--prefix", self.settings.directory, *argv]
        try:
            return self.context.runner.run(command, timeout=self.settings.seconds, env=env, check=False)
        except CommandFailed as error:
            if error.text_id != "command.timeout":
                raise
            raise self._late(script, target) from error

    def _in_container(self, script: str, argv: list[str], target: str, check: Check) -> Completed:
        """Detached and looked at: neither a client that dies nor one that is killed leaves the lock of the run held."""
        runner, clock = self.context.runner, self.context.clock
        name = container_name(self.context.definition, self.context.run_id, script)
        started = clock.monotonic()
        try:
            self._compose().run_detached(
                self.settings.service.service, ["npm", *argv], name, {TARGET_VARIABLE: target}, CALL_SECONDS
            )
            while (seen := self._seen(name, script, target)).status not in ("exited", "dead"):
                check()
                if clock.monotonic() - started > self.settings.seconds:
                    raise self._late(script, target)
                clock.sleep(POLL_SECONDS)
            logs = runner.run(["docker", "logs", "--tail", LOG_LINES, name], timeout=CALL_SECONDS, check=False)
            return replace(logs, status=seen.exit_code)
        finally:
            runner.run(["docker", "rm", "--force", name], timeout=CALL_SECONDS, check=False)

    def _seen(self, name: str, script: str, target: str) -> containers.Container:
        for found in containers.inspect(self.context.runner, [name]):
            return found
        raise Failed("migrations.script_failed", script=script, target=target, status="-", output=f"{name}: -")

    def _compose(self) -> Compose:
        """The team's own files, and over them the image that brings the scripts, whatever its variable or tag still says."""
        spec, path = self.settings.service, self.context.run_folder / OVERRIDE
        write_json(path, {"services": {spec.service: {"image": self.image, "pull_policy": "never"}}})
        return Compose(self.context.runner, replace(spec, files=(*spec.files, str(path))))

    def _late(self, script: str, target: str) -> Failed:
        seconds = f"{self.settings.seconds:g}"
        return Failed("migrations.script_timeout", script=script, target=target, seconds=seconds)
