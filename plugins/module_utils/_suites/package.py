# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package that holds the suites: in a folder of the host, or in the image of a service."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.errors import BadInput, Failed
from .._core.files import read_bytes
from .._core.runner import Runner, last_words
from .._stack import containers
from .._stack.one_off import container_name
from .._stack.services import ServiceSpec, read_services

CALL_SECONDS = 60.0


def suite_service(definition: Mapping[str, Any]) -> ServiceSpec:
    """The service whose package holds the suites (``tests.service``, else api). Raises BadInput."""
    services = read_services(definition)
    name = (definition.get("tests") or {}).get("service") or "api"
    if name not in services:
        raise BadInput("suite.no_service", name=name, known=", ".join(services))
    return services[name]


def suite_directory(definition: Mapping[str, Any]) -> str:
    """The folder of the host whose ``package.json`` holds the suites (``tests.directory``, else the service's)."""
    directory = (definition.get("tests") or {}).get("directory")
    return str(directory) if directory else suite_service(definition).directory


def scripts_in_folder(runner: Runner, directory: str) -> tuple[dict[str, Any], str]:
    """The scripts of a folder of the host, and the file they stand in. Raises CommandFailed when there is no npm here."""
    path = Path(directory) / "package.json"
    scripts = read_scripts(read_bytes(path).decode(errors="replace"), str(path))
    runner.run(["npm", "--version"], timeout=CALL_SECONDS)
    return scripts, str(path)


def scripts_in_image(
    runner: Runner, plan: Mapping[str, Any], spec: ServiceSpec, run_id: str | None
) -> tuple[dict[str, Any], str]:
    """From the image of ``spec`` that will run: the candidate, or the running one of a service that the plan leaves alone."""
    image = plan["images"].get(spec.name)
    if image is None:
        serving = containers.current(containers.find(runner, [spec.project]), spec.project, spec.service)
        if serving is None:
            raise Failed("suite.no_container", service=spec.name)
        image = serving.image_id
    name = container_name(plan["definition"], run_id or f"preflight-{os.getpid()}", "package")
    argv = ["docker", "run", "--rm", "--network", "none", "--pull", "never", "--name", name, "--entrypoint", "cat"]
    try:
        text = runner.run([*argv, image, "package.json"], timeout=CALL_SECONDS).stdout
    except Failed as error:
        runner.run(["docker", "rm", "--force", name], timeout=CALL_SECONDS, check=False)
        raise Failed("suite.no_package", image=image, found=last_words(error)) from error
    return read_scripts(text, image), image


def read_scripts(text: str, place: str) -> dict[str, Any]:
    """The scripts of a ``package.json``. Raises Failed ``suite.bad_package``."""
    try:
        scripts = json.loads(text).get("scripts") or {}
    except (ValueError, AttributeError):
        raise Failed("suite.bad_package", place=place) from None
    if not isinstance(scripts, dict):
        raise Failed("suite.bad_package", place=place)
    return scripts
