# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge is read strictly: every error names the place."""

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import explain
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.edge import check_edge

URL = "https://www.benevoclic.example"
PAGE = {"directory": "/srv/benevoclic/maintenance"}


def check(edge):
    check_edge({"services": {"api": {}, "edge": {}}, "edge": edge})


@pytest.mark.parametrize(
    "edge",
    [
        None,
        {},
        {"url": "", "maintenance": None},
        {"url": URL, "probe": "/health", "service": "edge", "version": {"label": "v"}, "maintenance": PAGE},
        {"url": URL, "maintenance": {"directory": ""}},
    ],
)
def test_an_edge_that_is_right(edge):
    check(edge)


@pytest.mark.parametrize(
    ("edge", "text_id", "place"),
    [
        ("https://www.benevoclic.example", "stack.wrong_type", "edge"),
        ({"uri": URL}, "stack.unknown_key", "edge.uri"),
        ({"url": "www.benevoclic.example"}, "stack.wrong_type", "edge.url"),
        ({"url": URL, "version": {"path": "/v"}}, "stack.unknown_key", "edge.version.path"),
        ({"url": URL, "maintenance": "/srv/benevoclic/maintenance"}, "stack.wrong_type", "edge.maintenance"),
        ({"url": URL, "maintenance": {"folder": "/srv/m"}}, "stack.unknown_key", "edge.maintenance.folder"),
        ({"url": URL, "maintenance": {"directory": 7}}, "stack.wrong_type", "edge.maintenance.directory"),
        ({"url": URL, "maintenance": {"directory": "maintenance"}}, "stack.wrong_type", "edge.maintenance.directory"),
        ({"maintenance": PAGE}, "stack.edge_url", "benevoclic_edge.url"),
        ({"url": URL, "service": "nginx"}, "stack.unknown_service", "api, edge"),
    ],
)
def test_an_edge_that_is_wrong(edge, text_id, place):
    with pytest.raises(BadInput) as caught:
        check(edge)
    assert caught.value.text_id == text_id
    assert place in explain(caught.value, "fr")["text"]
