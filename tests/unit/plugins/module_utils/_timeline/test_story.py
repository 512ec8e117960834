# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline's lines, from results as the modules give them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.ending import ending
from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.story import STAGE_OF, Step, Story
from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.style import Line, Style

PLAN = {
    "flow": "feature_update",
    "from_version": "1.0.0",
    "to_version": "1.1.0",
    "services": ["api", "web"],
    "migrations": [{"version": "20240815_001", "file": "x.py"}],
    "definition": {"stack": "benevoclic-demo", "environment": "dev"},
}
ERROR = {
    "attempted": "Démarrage de api",
    "expected": "un service prêt en moins de 120 s",
    "found": "code 1\nligne 1\nligne 2",
    "next": "lisez les journaux de api",
}
ERROR_TEXT = "Démarrage de api : attendu un service prêt ; trouvé code 1 ligne 1 ligne 2. À faire : lisez."
STAGES = ("preflight", "open", "announce", "backup", "migrate", "deploy", "verify", "test", "watch", "conclude")


def new(locale: str = "fr", terminal: bool = False) -> Story:
    return Story(Style(terminal, locale), "feature_update")


def step(module: str = "benevoclic.updates.any", host: str = "srv", seconds: float = 1.0, name: str = "A task") -> Step:
    return Step(host, module, name, seconds, "/x/tasks.yml:3")


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


def planned(story: Story, **more: Any) -> list[str]:
    return texts(story.ok(step(), {"stage": "plan", "plan": {**PLAN, **more}, "lines": []}))


def closing(outcome: str, **more: Any) -> dict[str, Any]:
    return {"stage": "conclude", "outcome": outcome, "lines": [], **more}


def finished(story: Story, hosts: int = 1) -> list[str]:
    counts = {"ok": 9, "changed": 0, "unreachable": 0, "failures": 0, "skipped": 1, "rescued": 0, "ignored": 0}
    return texts(ending(story, {f"srv{index or ''}": counts for index in range(hosts)}, 42.3))


def test_the_header_says_flow_stack_environment_and_versions_once() -> None:
    story = new()
    assert planned(story) == ["Mise à jour fonctionnelle | benevoclic-demo (dev) | 1.0.0 -> 1.1.0"]
    assert len(texts(story.ok(step(), {"stage": "backup", "lines": []}))) == 1


def test_a_stage_is_one_line_with_its_duration_and_its_lines_below() -> None:
    story = new()
    planned(story)
    lines = [{"mark": "ok", "text": "Disque : 41 %"}, {"mark": "warning", "text": "Mémoire : 87 %"}]
    shown = texts(story.ok(step(seconds=2.14), {"stage": "preflight", "lines": lines}))
    assert shown[0].startswith("[!]  Contrôles préalables")
    assert shown[0].endswith(" 2,1 s")
    assert shown[1:] == ["    - Disque : 41 %", "    [!] Mémoire : 87 %"]


def test_a_second_task_of_a_stage_adds_its_lines_only() -> None:
    story = new("en")
    planned(story)
    story.ok(step(), {"stage": "verify", "lines": []})
    shown = texts(story.ok(step(), {"stage": "verify", "lines": [{"mark": "ok", "text": "version 1.1.0"}]}))
    assert shown == ["    - version 1.1.0"]


def test_results_without_a_stage_are_silent() -> None:
    assert new().ok(step("ansible.builtin.command"), {"stdout": "noise", "changed": True}) == []


def test_a_failure_says_its_cause_once_and_the_end_says_the_state() -> None:
    story = new()
    planned(story)
    result = {"msg": ERROR_TEXT, "error": ERROR, "error_id": "a.b"}
    shown = texts(story.failed(step("benevoclic.updates.stack_deploy", seconds=12.4), result))
    assert shown[0].startswith("[x]  Déploiement")
    assert shown[1:] == [
        "    Échec   : Démarrage de api",
        "    Attendu : un service prêt en moins de 120 s",
        "    Trouvé  : code 1",
        "      ligne 1",
        "      ligne 2",
        "    À faire : lisez les journaux de api",
    ]
    story.ok(step(), {"stage": "rollback", "lines": []})
    close = closing("rolled_back", state="1.0.0 est servie", next="make status", report="/r/report.json")
    story.ok(step(), close)
    assert story.failed(step("ansible.builtin.fail"), {"msg": ERROR_TEXT}) == []
    end = finished(story)
    assert end == [
        "",
        "[!] Échec de la mise à jour : la version 1.0.0 est de nouveau en service et vérifiée",
        "  État du site : 1.0.0 est servie",
        "  À faire : make status",
        "  Rapport : /r/report.json",
        "Durée : 42 s (ok=9 changed=0 unreachable=0 failed=0 skipped=1 rescued=0 ignored=0)",
    ]


@pytest.mark.parametrize(
    ("outcome", "head"),
    [
        ("succeeded", "[ok] Succeeded: version 1.1.0 is serving and verified"),
        ("unchanged", "[ok] Nothing to do: version 1.1.0 is already serving and verified"),
        ("rolled_back", "[!] The update failed: version 1.0.0 is serving again and verified"),
        ("rollback_failed", "[x] The update failed, and the rollback did not get there: a person must decide"),
        ("aborted", "[!] Stopped before any change: version 1.0.0 stayed in service"),
        ("paused", "[!] paused"),
    ],
)
def test_every_outcome_has_its_sentence(outcome: str, head: str) -> None:
    story = new("en")
    planned(story)
    story.ok(step(), closing(outcome))
    assert finished(story)[1] == head


def test_a_run_that_another_controller_had_planned_is_told_with_its_version() -> None:
    story = Story(Style(False, "en"), "rollback")
    close = {**closing("rolled_back"), "summary": {"from_version": "1.0.0", "to_version": "1.1.0"}}
    story.ok(step(), close)
    assert finished(story)[1] == "[ok] Succeeded: version 1.0.0 is serving again and verified"


def test_a_close_that_fails_because_of_its_outcome_is_no_second_cause() -> None:
    story = new()
    planned(story)
    state = "la version 1.0.0 est de nouveau en service et vérifiée"
    shown = texts(story.failed(step("benevoclic.updates.run_close"), closing("rolled_back", msg=state, state=state)))
    assert len(shown) == 1
    assert shown[0].startswith("[!]  Conclusion")
    assert f"  État du site : {state}" in finished(story)


def test_a_failure_that_is_repeated_is_told_once() -> None:
    story = new()
    story.failed(step("benevoclic.updates.host_preflight"), {"msg": ERROR_TEXT, "error": ERROR})
    assert story.failed(step("ansible.builtin.fail"), {"msg": f"Arrêt. {ERROR_TEXT}"}) == []
    assert story.failed(step("ansible.builtin.fail"), {"msg": "autre chose"}) != []


def test_success_says_what_changed() -> None:
    story = new()
    planned(story)
    effects = {"services": ["api", "web"], "migrations": ["20240815_001"]}
    story.ok(step(), closing("succeeded", effects=effects))
    assert "  Changé : services api, web ; données 20240815_001" in finished(story)


def test_what_was_planned_and_not_done_is_no_change() -> None:
    story = new()
    planned(story)
    story.ok(step(), closing("succeeded", effects={"services": ["api"], "migrations": []}))
    assert "  Changé : services api" in finished(story)


def test_a_rollback_that_was_asked_for_is_a_success() -> None:
    story = new()
    planned(story, flow="rollback")
    story.ok(step(), closing("rolled_back"))
    assert finished(story)[1].startswith("[ok] Réussi : la version 1.0.0")


def test_a_run_that_was_taken_over_names_the_version_that_serves_again() -> None:
    story = Story(Style(False, "fr"), "rollback")
    summary = {"flow": "feature_update", "from_version": "1.0.0", "to_version": "1.1.0"}
    story.ok(step(), closing("rolled_back", summary=summary))
    assert finished(story)[1] == "[ok] Réussi : la version 1.0.0 est de nouveau en service et vérifiée"


def test_a_rehearsal_is_not_told_as_a_verified_release() -> None:
    story = new("en")
    planned(story, flow="database_migration", dry_run=True, from_version="1.1.0")
    story.ok(step(), closing("succeeded"))
    assert finished(story)[1] == "[ok] Succeeded: the rehearsal got to its end, version 1.1.0 stays in service"


@pytest.mark.parametrize(
    ("module", "state"),
    [("host_preflight", "rien n'a été changé"), ("stack_deploy", "inconnu, l'exécution s'est arrêtée sans conclure")],
)
def test_without_a_conclusion_the_state_is_said_honestly(module: str, state: str) -> None:
    story = new()
    planned(story)
    story.failed(step(f"benevoclic.updates.{module}"), {"msg": "x", "error": ERROR})
    end = finished(story)
    assert f"  État du site : {state}" in end
    assert ("  À faire : ansible-playbook playbooks/status.yml" in end) is (module == "stack_deploy")


def test_an_unreachable_host_during_a_change_leaves_an_unknown_state() -> None:
    story = new()
    planned(story)
    shown = texts(story.unreachable(step("benevoclic.updates.stack_deploy"), {"msg": "Failed to connect\nvia ssh"}))
    assert shown[0].startswith("[x]  srv ne répond pas")
    assert shown[1] == "    Trouvé  : Failed to connect via ssh"
    assert any("inconnu" in line for line in finished(story))


def test_ansibles_own_failure_has_its_message_and_place() -> None:
    story = new()
    shown = texts(
        story.failed(step("ansible.builtin.command"), {"msg": "non-zero return code", "rc": 2, "stderr": "no file"})
    )
    assert shown[0] == "Mise à jour fonctionnelle"
    assert shown[1].startswith("[x]  A task")
    assert shown[2:] == [
        "    Trouvé  : non-zero return code",
        "      no file",
        "    Tâche   : A task (/x/tasks.yml:3) ; le détail avec -v",
    ]
    assert "État du site" not in "".join(finished(story))


def test_a_tasks_name_is_shown_short_and_without_its_role() -> None:
    shown = texts(new().failed(step(name=f"a.b.role : {'Validate ' * 12}"), {"msg": "x"}))
    assert shown[1].startswith("[x]  Validate Validate")
    assert "..." in shown[1]
    assert len(shown[1]) < 90


def test_of_a_traceback_only_what_was_raised_is_shown() -> None:
    result = {
        "msg": "MODULE FAILURE",
        "rc": 1,
        "module_stderr": "Traceback (most recent call):\n  File x\nValueError: bad",
    }
    shown = texts(new().failed(step(), result))
    assert shown[2:4] == ["    Trouvé  : MODULE FAILURE", "      ValueError: bad"]


def test_a_module_that_was_killed_is_told_as_such() -> None:
    said = "Module result deserialization failed: No start of json char found"
    shown = texts(
        new().failed(step("benevoclic.updates.mongodb_migrate"), {"msg": said, "rc": -9, "module_stderr": ""})
    )
    assert any("sans répondre : tué" in line for line in shown)
    assert not any("json" in line for line in shown)


def test_an_ignored_failure_is_a_remark() -> None:
    story = new()
    shown = texts(story.failed(step(), {"msg": "not there"}, ignored=True))
    assert shown[1:] == ["    [!] A task : not there (sans conséquence)"]
    assert not any(line.startswith("[x]") for line in finished(story))


def test_a_recap_where_there_was_no_run_or_several_hosts() -> None:
    alone = finished(new())
    assert alone[1] == "srv : ok=9 changed=0 unreachable=0 failed=0 skipped=1 rescued=0 ignored=0"
    story = new()
    story.several = True
    planned(story)
    assert texts(story.ok(step(), {"stage": "backup"}))[0].startswith("srv | [ok] Sauvegarde")
    story.ok(step(), closing("succeeded"))
    end = finished(story, hosts=2)
    assert end[1].startswith("srv | [ok] Réussi")
    assert [line.split(" : ")[0] for line in end[-3:-1]] == ["srv", "srv1"]


def test_a_dry_run_says_so_at_both_ends() -> None:
    story = new()
    story.check_mode = True
    assert planned(story)[0].endswith("| aperçu")
    assert "Aperçu : rien n'a été changé, rien n'a été envoyé" in finished(story)


@pytest.mark.parametrize("count", [0, 3, 8, 30])
def test_a_good_update_fits_in_40_lines(count: int) -> None:
    story = new()
    foreseen = [{"mark": "info", "text": f"plan {index}"} for index in range(min(count, 8))]
    shown = texts(story.ok(step(), {"stage": "plan", "plan": PLAN, "lines": foreseen}))
    for stage in STAGES:
        lines = [{"mark": "ok", "text": f"{stage} {index}"} for index in range(count)]
        shown += texts(story.ok(step(), {"stage": stage, "lines": lines}))
    story.ok(step(), closing("succeeded", state="ok", report="/r"))
    assert len(shown) + len(finished(story)) <= 40
    for label in ("Contrôles", "Annonce", "Sauvegarde", "Migration", "Déploiement", "Vérif", "Tests", "Surveillance"):
        assert any(label in line for line in shown)


def test_outside_an_update_every_line_is_shown() -> None:
    lines = [{"mark": "ok", "text": f"line {index}"} for index in range(50)]
    assert len(texts(new().ok(step(), {"stage": "status", "lines": lines}))) == 52


def test_warnings_are_shown_however_many_there_are() -> None:
    story = new()
    planned(story)
    lines = [{"mark": "ok", "text": "good"}] * 20 + [{"mark": "warning", "text": f"w{index}"} for index in range(9)]
    shown = texts(story.ok(step(), {"stage": "preflight", "lines": lines}))
    assert sum("[!] w" in line for line in shown) == 9
    assert any("14 de plus" in line for line in shown)


def test_on_a_terminal_signs_and_in_plain_text_only_letters() -> None:
    terminal, plain = new(terminal=True), new("en")
    result = {"stage": "backup", "lines": [{"mark": "warning", "text": "w"}, {"mark": "ok", "text": "o"}]}
    assert "\u2192" in planned(terminal)[0]
    assert texts(terminal.ok(step(), result))[0].startswith("! Sauvegarde")
    planned(plain)
    assert all(line.isascii() for line in texts(plain.ok(step(), result)))


def test_durations_read_well() -> None:
    style = Style(False, "fr")
    assert [style.duration(value) for value in (0.04, 9.96, 59.4, 59.7, 125)] == [
        "0,0 s",
        "10 s",
        "59 s",
        "1 min 00 s",
        "2 min 05 s",
    ]


def test_what_is_under_way_is_known_by_the_module() -> None:
    assert new().busy("benevoclic.updates.mongodb_backup") == "Sauvegarde"
    assert new().busy("ansible.builtin.command") == ""
    assert set(STAGE_OF.values()) >= set(STAGES) | {"rollback"}


@pytest.mark.parametrize("lines", [None, "text", [1, None], [{}]])
def test_odd_results_do_not_break_the_timeline(lines: object) -> None:
    story = new()
    story.ok(step(), {"stage": "backup", "lines": lines})
    story.failed(step(), {"lines": lines})
    assert finished(story)


@pytest.mark.parametrize("module", ["ansible.builtin.validate_argument_spec", "benevoclic.updates.stack_info"])
def test_a_failure_before_the_plan_says_that_nothing_was_changed(module: str) -> None:
    story = new()
    story.failed(step(module), {"msg": "no"})
    assert any("État du site" in line for line in finished(story))
