# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers for the integration tests, one of each kind a session."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest
from demo_stack import PLATFORM
from mongod import Server

# As the Makefile does: of the images that another clone builds, none is ours.
os.environ["REGISTRY_PORT"] = subprocess.check_output([str(PLATFORM.parent / "test-registry.sh")], text=True).strip()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first, so that no worker is left alone with one at the end.

    Flows, whose tests are few but long, then by the number of tests.
    """
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.parent.name != "flows", -tests[item.path]))


@pytest.fixture(scope="session")
def platform() -> None:
    """Engine, registry, images."""
    subprocess.run([str(PLATFORM)], check=True)


@pytest.fixture(scope="session")
def replica_set() -> Iterator[Server]:
    """A one-member replica set with accounts."""
    yield from _running(Server(replica_set=True))


@pytest.fixture(scope="session")
def standalone() -> Iterator[Server]:
    """A server that belongs to no replica set, with accounts."""
    yield from _running(Server(replica_set=False))


@pytest.fixture(scope="module", params=["replica_set", "standalone"])
def server(request: pytest.FixtureRequest) -> Server:
    """Either of them; each test runs on both."""
    return request.getfixturevalue(request.param)


def _running(server: Server) -> Iterator[Server]:
    try:
        yield server.start().set_up()
    finally:
        server.remove()
