# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team's own wording."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import INTERNAL, Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.messages import Style, compose
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.template_files import load_templates
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.templates import read_templates

AT = datetime(2026, 11, 22, tzinfo=timezone.utc)


def made(files: dict[str, Any], audience: str = INTERNAL, **options: Any) -> Event:
    return compose(options, AT, "fr", audience, Style(templates=read_templates(files)))


def test_a_part_of_the_team_replaces_the_catalogues_and_leaves_the_others() -> None:
    files = {"success": {"lead": "Version {to_version} en ligne, merci {reason} !"}}
    event = made(files, status="success", update_type="feature", to_version="1.1.0")
    assert event.lead == "Version 1.1.0 en ligne, merci - !"
    assert event.title == "Mise à jour fonctionnelle"
    assert event.summary == event.lead


def test_the_flows_template_goes_before_the_moments() -> None:
    files = {"success": {"lead": "tous", "body": "corps"}, "success.security": {"lead": "sécurité"}}
    assert made(files, status="success", update_type="security").lead == "sécurité"
    assert made(files, status="success", update_type="security").message == "corps"
    assert made(files, status="success", update_type="feature").lead == "tous"


def test_outsiders_have_templates_of_their_own() -> None:
    files = {"external.announced": {"body": "Rendez-vous {date}."}, "announced": {"body": "interne"}}
    event = made(files, "users", status="announced", communication={"at": "2026-12-01T21:00:00Z"})
    assert event.message == "Rendez-vous mardi 1er décembre 2026 à 22:00 (Europe/Paris)."
    assert made(files, "users", status="announced").message == "Rendez-vous à préciser."
    assert made(files, status="announced").message == "interne"


def test_fields_are_chosen_and_ordered_by_the_team() -> None:
    files = {"error": {"fields": ["resolution", "reason", "version"]}}
    event = made(files, status="error", update_type="feature", to_version="1.1.0", reason="panne")
    assert event.fields == (("Temps de résolution estimé", "non connu"), ("Raison", "panne"), ("Version", "1.1.0"))


def test_a_reminder_is_a_moment_of_its_own() -> None:
    files = {"reminder": {"subject": "N'oubliez pas"}, "announced": {"subject": "Prévu"}}
    assert made(files, status="announced", reminder=True).subject == "N'oubliez pas"
    assert made(files, status="announced").subject == "Prévu"


@pytest.mark.parametrize(
    "value", ["{to_version}", "{message}{", "{0.__class__.__mro__}", "{{ lookup('env', 'HOME') }}"]
)
def test_what_a_value_holds_is_text(value: str) -> None:
    event = made({"error": {"body": "Cause : {message} {{ok}}"}}, status="error", message=value)
    assert event.message == f"Cause : {value} {{ok}}"


BAD = [
    ("succes", {"lead": "x"}, "template.name_unknown"),
    ("success.hotfix", {"lead": "x"}, "template.name_unknown"),
    ("external.", {"lead": "x"}, "template.name_unknown"),
    ("success.", {"lead": "x"}, "template.name_unknown"),
    ("success", "x", "template.not_mapping"),
    ("success", None, "template.not_mapping"),
    ("success", {"intro": "x"}, "template.part_unknown"),
    ("success", {1: "x"}, "template.part_unknown"),
    ("success", {"lead": 5}, "template.part_not_text"),
    ("success", {"lead": ["x"]}, "template.part_not_text"),
    ("success", {"lead": "{versoin}"}, "template.place_unknown"),
    ("success", {"lead": "{}"}, "template.place_unknown"),
    ("success", {"lead": "{reason.__class__}"}, "template.place_unknown"),
    ("success", {"lead": "{reason[0]}"}, "template.place_unknown"),
    ("success", {"lead": "{reason!r}"}, "template.place_unknown"),
    ("success", {"lead": "{reason:>9999999999}"}, "template.place_unknown"),
    ("success", {"lead": "{"}, "template.braces"),
    ("success", {"lead": "}"}, "template.braces"),
    ("success", {"fields": ["lead"]}, "template.place_unknown"),
    ("success", {"fields": [{"x": 1}]}, "template.place_unknown"),
    ("external.success", {"lead": "{to_version}"}, "template.place_unknown"),
    ("external.error", {"body": "{message}"}, "template.place_unknown"),
    ("external.error", {"fields": ["stack"]}, "template.place_unknown"),
]


@pytest.mark.parametrize(("name", "content", "error"), BAD, ids=str)
def test_a_bad_template_is_refused_by_name(name: str, content: Any, error: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_templates({name: content})
    assert caught.value.text_id == error
    assert caught.value.details["name"] == name


def test_the_folder_has_a_folder_a_language(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "success.security.yml").write_text('lead: \'{{ lookup("env", "HOME") }} {version}\'\n')
    (tmp_path / "fr" / "LISEZMOI.txt").write_text("{")
    style = Style(templates=load_templates(str(tmp_path), "fr"))
    read = compose({"status": "success", "update_type": "security", "to_version": "1"}, AT, "fr", style=style)
    assert read.lead == '{ lookup("env", "HOME") } 1'
    (tmp_path / "fr" / "success.security.yml").write_text("lead: 'En ligne : {version}'\n")
    assert load_templates(str(tmp_path), "fr").texts == {"success.security": {"lead": "En ligne : {version}"}}
    assert load_templates(str(tmp_path), "en").texts == {}
    assert load_templates("", "fr").texts == {}


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe", b"!!python/object:os.system x", b"[" * 5000])
def test_what_is_no_yaml_is_refused_with_its_path(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "error.yml").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load_templates(str(tmp_path), "fr")
    assert caught.value.text_id == "template.unreadable"
    assert str(caught.value.details["path"]).endswith("error.yml")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        load_templates(str(tmp_path / "none"), "fr")
    assert caught.value.text_id == "template.unreadable"
