# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine made of scripted answers: what Docker and Compose 2.26 really print, and what a test changes in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import TransportFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import Completed, failure_of
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext

ID = {
    name: f"sha256:{number:064x}" for number, name in enumerate(("api:1.0.0", "api:1.1.0", "web:1.0.0", "web:1.1.0"), 1)
}


class FakeClock:
    """Time that only passes when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc)

    def monotonic(self) -> float:
        return self.seconds

    def boottime(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class SilentTransport:
    """Nobody answers, unless a test says what."""

    def __init__(self, answers: Mapping[str, Response] | None = None) -> None:
        self.answers = dict(answers or {})

    def request(self, method: str, url: str, **_options: Any) -> Response:
        if url not in self.answers:
            raise TransportFailed("http.no_answer", url=url, found="refused")
        return self.answers[url]


class FakeEngine:
    """Containers, images and tags as a test puts them; ``calls`` is every argv, ``envs`` what was added to its environment."""

    def __init__(self) -> None:
        self.images: dict[str, str] = dict(ID)
        self.containers: dict[str, dict[str, Any]] = {}
        self.dry_run = " DRY-RUN MODE -  Container demo-mongo-1  Running\n"
        self.config: dict[str, Any] = {"services": {}}
        self.after_up: list[dict[str, dict[str, Any]]] = []
        self.failures: dict[str, tuple[int, str]] = {}
        self.logs = ""
        self.calls: list[tuple[str, ...]] = []
        self.envs: list[dict[str, str]] = []

    def put(self, service: str, image: str, **state: Any) -> None:
        self.containers[f"demo-{service}-1"] = container(service, image, **state)

    def named(self, word: str) -> list[tuple[str, ...]]:
        return [argv for argv in self.calls if word in argv and "--dry-run" not in argv]

    def run(
        self, argv: Sequence[str], *, check: bool = True, env: Mapping[str, str] | None = None, **_: Any
    ) -> Completed:
        words = tuple(argv)
        self.calls.append(words)
        self.envs.append(dict(env or {}))
        status, out, err = self._answer(words)
        done = Completed(words, status, out, err)
        if check and status:
            raise failure_of(done)
        return done

    def _answer(self, argv: tuple[str, ...]) -> tuple[int, str, str]:
        for word, (status, err) in self.failures.items():
            if word in argv and "--dry-run" not in argv:
                return status, "", err
        if argv[1] == "compose":
            return self._compose(argv)
        if argv[1:3] == ("image", "inspect"):
            return self._images(argv[3:])
        if argv[1:3] == ("image", "tag"):
            self.images[argv[4]] = self.images.get(argv[3], argv[3])
        if argv[1:3] == ("image", "rm"):
            del self.images[argv[-1]]
        if argv[1] == "ps":
            return 0, "\n".join(item["Id"] for item in self.containers.values()), ""
        if argv[1:3] == ("container", "inspect"):
            if self.after_up and self.named("up"):
                self.containers = self.after_up.pop(0) if len(self.after_up) > 1 else self.after_up[0]
            return 0, json.dumps(list(self.containers.values())), ""
        return 0, "", ""

    def _compose(self, argv: tuple[str, ...]) -> tuple[int, str, str]:
        if "--dry-run" in argv:
            return 0, "", self.dry_run
        if "--format" in argv:
            text = json.dumps(self.config)
            for name, value in self.envs[-1].items():
                text = text.replace("${" + name + "}", value)
            return 0, text, ""
        return 0, self.logs if "logs" in argv else "", ""

    def _images(self, names: Sequence[str]) -> tuple[int, str, str]:
        """As Docker does: what is there in the order of the names, an error for each name that is not."""
        answers = [self._image(name) for name in names]
        entries = [entry for _status, out, _err in answers for entry in json.loads(out)]
        return (
            max(status for status, _out, _err in answers),
            json.dumps(entries),
            "".join(err for *_rest, err in answers),
        )

    def _image(self, name: str) -> tuple[int, str, str]:
        image_id = self.images.get(name, name if name in self.images.values() else None)
        if image_id is None:
            return 1, "[]\n", f"Error: No such image: {name}\n"
        tags = [tag for tag, known in self.images.items() if known == image_id]
        version = next((tag.rpartition(":")[2] for tag, known in ID.items() if known == image_id), None)
        labels = {"org.opencontainers.image.version": version} if version else None
        return (
            0,
            json.dumps(
                [{"Id": image_id, "RepoTags": tags, "RepoDigests": [], "Size": 9, "Config": {"Labels": labels}}]
            ),
            "",
        )


def container(service: str, image: str, **state: Any) -> dict[str, Any]:
    """An entry of ``docker container inspect``."""
    name = state.pop("name", f"demo-{service}-1")
    restarts = state.pop("restarts", 0)
    binds = state.pop("binds", [])
    labels = {
        "com.docker.compose.project": "demo",
        "com.docker.compose.service": service,
        "org.opencontainers.image.version": image.rpartition(":")[2],
    }
    known = {"Status": "running", "ExitCode": 0, "StartedAt": "2026-11-22T07:00:00Z", **state}
    return {
        "Id": f"{name}-{image}",
        "Name": f"/{name}",
        "Image": ID.get(image, image),
        "RestartCount": restarts,
        "State": known,
        "Config": {"Image": image, "Labels": labels},
        "Mounts": [{"Type": "bind", "Source": source} for source in binds],
    }


def definition(folder: Path) -> dict[str, Any]:
    return {
        "stack": "demo",
        "environment": "dev",
        "service_defaults": {"project": "demo", "directory": str(folder), "files": ["compose.yml"], "env_file": ".env"},
        "services": {
            "api": {"image_variable": "API_IMAGE"},
            "web": {"image_tag": "web:latest"},
            "mongo": {"updatable": False},
        },
        "config_files": [str(folder / "nginx.conf")],
        "gate": {"deadline_seconds": 20},
    }


def make_site(folder: Path) -> FakeEngine:
    """Files in ``folder`` and an engine on which 1.0.0 runs."""
    (folder / "compose.yml").write_text("services: {}\n")
    (folder / ".env").write_bytes(b"# keep\nAPI_IMAGE=api:1.0.0 # api\r\nX=1")
    (folder / "nginx.conf").write_text("listen 1\n")
    engine = FakeEngine()
    engine.images["web:latest"] = ID["web:1.0.0"]
    engine.put("api", "api:1.0.0")
    engine.put("web", "web:latest")
    engine.containers["demo-web-1"]["Image"] = ID["web:1.0.0"]
    engine.put("mongo", "mongo:6")
    engine.config = {
        "services": {"api": {"image": "${API_IMAGE}"}, "web": {"image": "web:latest"}, "mongo": {"image": "mongo:6"}}
    }
    return engine


def context(folder: Path, engine: FakeEngine, **plan: Any) -> HostContext:
    run_folder = folder / "runs" / "20261122T071500Z-feature-1.1.0"
    run_folder.mkdir(parents=True, exist_ok=True)
    whole = {
        "definition": definition(folder),
        "services": ["api"],
        "images": {"api": "api:1.1.0", "web": "web:1.1.0"},
        **plan,
    }
    return HostContext("20261122T071500Z-feature-1.1.0", run_folder, whole, engine, FakeClock(), SilentTransport())
