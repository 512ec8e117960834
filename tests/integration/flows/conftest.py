# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One demo stack for all flows; every test module begins at the first release."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from demo_stack import Demo
from flow_site import FIRST, Site


def _site(folder: Path, project: str, variant: str = "stack") -> Iterator[Site]:
    demo = Demo(folder / "demo", project, variant)
    scratch = folder / "scratch"
    scratch.mkdir()
    try:
        site = Site(demo.up(), scratch)
        bootstrapped = site.run("bootstrap")
        assert bootstrapped.status == 0, bootstrapped.output
        yield site
    finally:
        demo.down()
        shutil.rmtree(folder)


running = ExitStack()
"""What ends with the last flow of this process: a stack that nobody uses still has its health checked."""


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None or nextitem.path.parent != item.path.parent:
        running.close()


@pytest.fixture(scope="session")
def only_site(platform: None) -> Site:
    """The demo of the flows, with its data."""
    folder = Path(tempfile.mkdtemp(prefix="flows-"))
    return running.enter_context(contextmanager(_site)(folder, f"benevoclic-flows-{os.getpid()}"))


@pytest.fixture(scope="module")
def site(only_site: Site) -> Site:
    """The demo, serving the first release."""
    only_site.bring_to(FIRST)
    return only_site


@pytest.fixture(scope="module")
def two_projects(platform: None) -> Iterator[Site]:
    """The real shape: two Compose projects in two folders, fixed names and tags."""
    folder = Path(tempfile.mkdtemp(prefix="flows-"))
    for site in _site(folder, f"benevoclic-flows-two-{os.getpid()}", "two-projects"):
        site.folders = [site.demo.folder / "api", site.demo.folder / "web"]
        yield site
