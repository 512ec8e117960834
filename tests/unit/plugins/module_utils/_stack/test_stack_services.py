# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of services: read strictly, every error names the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stack_fakes import definition

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.services import (
    config_paths,
    read_services,
    select,
)

FOLDER = Path("/srv/app")


def test_defaults_fill_what_a_service_leaves_out() -> None:
    table = definition(FOLDER)
    table["services"]["web"].update(
        project="front", directory="/srv/web/", files=["a.yml", "/etc/b.yml"], service="nuxt"
    )
    services = read_services(table)
    assert (services["api"].project, services["api"].env_path) == ("demo", "/srv/app/.env")
    web = services["web"]
    assert (web.project, web.service, web.kind, web.target) == ("front", "nuxt", "tag", "web:latest")
    assert web.compose_paths == ("/srv/web/a.yml", "/etc/b.yml")
    assert services["mongo"].kind is None


@pytest.mark.parametrize(
    ("change", "text_id", "path"),
    [
        ({"probe": 8080}, "stack.wrong_type", "services.api.probe"),
        ({"probe": "localhost:3000/health"}, "stack.wrong_type", "services.api.probe"),
        ({"probe": "http:///health"}, "stack.wrong_type", "services.api.probe"),
        ({"version": {"url": "http://[::1", "field": "v"}}, "stack.wrong_type", "services.api.version.url"),
        ({"files": "compose.yml"}, "stack.wrong_type", "services.api.files"),
        ({"files": []}, "stack.missing_key", "services.api.files"),
        ({"updatable": "false"}, "stack.wrong_type", "services.api.updatable"),
        ({"image": "x"}, "stack.unknown_key", "services.api.image"),
        ({"version": {"uri": "x"}}, "stack.unknown_key", "services.api.version.uri"),
        ({"version": {"command": "node -p 1"}}, "stack.wrong_type", "services.api.version.command"),
        ({"image_tag": "api:latest"}, "stack.two_ways", "services.api"),
        ({"image_variable": None}, "stack.two_ways", "services.api"),
        ({"updatable": False}, "stack.two_ways", "services.api"),
        ({"directory": "app"}, "stack.wrong_type", "services.api.directory"),
        ({"project": ""}, "stack.missing_key", "services.api.project"),
    ],
)
def test_error_names_the_place(change: dict[str, Any], text_id: str, path: str) -> None:
    table = definition(FOLDER)
    table["services"]["api"].update(change)
    with pytest.raises(BadInput) as caught:
        read_services(table)
    assert (caught.value.text_id, caught.value.details["path"]) == (text_id, path)


@pytest.mark.parametrize("services", [None, {}, ["api"], "api"])
def test_no_table_is_refused(services: Any) -> None:
    with pytest.raises(BadInput):
        read_services({"services": services})


def test_selection_keeps_the_order_and_refuses_what_may_not_change() -> None:
    services = read_services(definition(FOLDER))
    assert [spec.name for spec in select(services, ["web", "api"])] == ["web", "api"]
    for name, text_id in (("mongo", "stack.not_updatable"), ("nope", "stack.unknown_service")):
        with pytest.raises(BadInput) as caught:
            select(services, [name])
        assert caught.value.text_id == text_id


def test_config_paths_are_each_named_once() -> None:
    assert config_paths(definition(FOLDER)) == ["/srv/app/compose.yml", "/srv/app/.env", "/srv/app/nginx.conf"]
    with pytest.raises(BadInput):
        config_paths({**definition(FOLDER), "config_files": ["nginx.conf"]})
