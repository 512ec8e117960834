# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline as ansible-playbook prints it: piped, on a terminal, in both languages, when things go wrong."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PYTHON = f"ansible_python_interpreter={sys.executable}\n"
CLONE = Path(__file__).resolve().parents[2]
ESCAPE = "\x1b"
# gives back what it is given, as a module of the collection would
ECHO = """
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        return dict(self._task.args)
"""
PLAN = {
    "flow": "feature_update",
    "from_version": "1.0.0",
    "to_version": "1.1.0",
    "services": ["api"],
    "definition": {"stack": "demo", "environment": "dev"},
}
ERROR = {"attempted": "Démarrage de api", "expected": "prêt", "found": "code 1", "next": "lisez les journaux"}
STAGES = ("preflight", "announce", "backup", "migrate", "deploy", "verify", "test", "watch")
GOOD = [
    {"stage": "plan", "plan": PLAN, "lines": []},
    *({"stage": stage, "changed": True, "lines": [{"mark": "ok", "text": f"fait {stage}"}]} for stage in STAGES),
    {
        "stage": "conclude",
        "outcome": "succeeded",
        "report": "/r/report.json",
        "effects": {"services": ["api"], "migrations": []},
        "lines": [],
    },
]


def echo(result: dict[str, Any], **task: Any) -> dict[str, Any]:
    return {"name": f"Task {result.get('stage', '')}", "echo": result, **task}


def playbook(folder: Path, tasks: list[Any], hosts: str = "all", **play: Any) -> list[str]:
    """The command that runs ``tasks``."""
    (folder / "action_plugins").mkdir()
    (folder / "action_plugins" / "echo.py").write_text(ECHO)
    path = folder / "feature_update.yml"
    path.write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "tasks": tasks, **play}]))
    inventory = folder / "hosts"
    inventory.write_text("srv1\nsrv2\n[all:vars]\nansible_connection=local\n" + PYTHON)
    return ["ansible-playbook", "-i", str(inventory), str(path)]


def piped(argv: list[str], *arguments: str, **env: str) -> tuple[int, str]:
    argv = [*argv, *arguments]
    if "--limit" not in arguments:
        argv += ["--limit", "srv1"]
    done = subprocess.run(
        argv, cwd=CLONE, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60
    )
    return done.returncode, done.stdout.decode()


def on_terminal(argv: list[str], **env: str) -> str:
    """What a terminal gets."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **env}
    process = subprocess.Popen([*argv, "--limit", "srv1"], cwd=CLONE, env=environment, stdout=follower, stderr=follower)
    os.close(follower)
    read = b""
    while True:
        try:
            block = os.read(leader, 65536)
        except OSError:
            break
        if not block:
            break
        read += block
    os.close(leader)
    process.wait(timeout=60)
    return read.decode()


def test_a_good_update_is_plain_short_and_french(tmp_path: Path) -> None:
    status, output = piped(playbook(tmp_path, [echo(result) for result in GOOD]))
    lines = output.splitlines()
    assert status == 0
    assert lines[0] == "Mise à jour fonctionnelle | demo (dev) | 1.0.0 -> 1.1.0"
    assert len(lines) <= 40
    assert ESCAPE not in output
    for label in ("Contrôles préalables", "Sauvegarde", "Déploiement", "Vérification", "Surveillance"):
        assert sum(label in line for line in lines) == 1
    assert "[ok] Réussi : la version 1.1.0 est en service et vérifiée" in lines
    assert "  Changé : services api" in lines
    assert "  Rapport : /r/report.json" in lines
    assert "changed=8" in lines[-1]
    assert "TASK [" not in output


def test_english_by_variable_or_environment_and_a_dry_run_says_so(tmp_path: Path) -> None:
    argv = playbook(tmp_path, [echo(result) for result in GOOD[:2]])
    _status, output = piped(argv, "-e", "benevoclic_locale=en", "--check", BENEVOCLIC_LOCALE="fr")
    assert output.splitlines()[0] == "Feature update | demo (dev) | 1.0.0 -> 1.1.0 | preview"
    assert "Preview: nothing was changed, nothing was sent" in output
    _status, output = piped(argv, BENEVOCLIC_LOCALE="en")
    assert "Preflight checks" in output


def test_on_a_terminal_there_are_colours_unless_they_are_refused(tmp_path: Path) -> None:
    argv = playbook(tmp_path, [echo(result) for result in GOOD])
    output = on_terminal(argv)
    assert ESCAPE in output
    assert "\u2713 Déploiement" in output
    plain = on_terminal(argv, NO_COLOR="1")
    assert ESCAPE not in plain
    assert "[ok] Déploiement" in plain


def test_verbose_is_ansibles_own_detail_and_the_verdict(tmp_path: Path) -> None:
    _status, output = piped(playbook(tmp_path, [echo(result) for result in GOOD]), "-v")
    assert "TASK [Task deploy]" in output
    assert "PLAY RECAP" in output
    assert "[ok] Réussi : la version 1.1.0" in output


def test_a_rescued_failure_is_told_once_and_the_end_tells_the_state(tmp_path: Path) -> None:
    text = "Démarrage de api : attendu prêt ; trouvé code 1. À faire : lisez les journaux."
    failing = echo({"failed": True, "msg": text, "error": ERROR, "stage": "deploy"})
    close = {"stage": "conclude", "outcome": "rolled_back", "state": "1.0.0 est servie", "next": "make x", "lines": []}
    rescue = [echo({"stage": "rollback", "lines": []}), echo(close)]
    again = {"name": "Fail", "ansible.builtin.fail": {"msg": "{{ ansible_failed_result.msg }}"}}
    tasks = [echo(GOOD[0]), {"block": [failing], "rescue": [*rescue, again]}]
    status, output = piped(playbook(tmp_path, tasks))
    assert status == 2
    assert output.count("Démarrage de api") == 1
    assert "[x]  Déploiement" in output
    assert "Retour arrière" in output
    end = output[output.index("Échec de la mise à jour") :]
    assert "1.0.0 est de nouveau en service" in end
    assert "État du site : 1.0.0 est servie" in end
    assert "À faire : make x" in end
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ({"ansible.builtin.file": {"path": "/tmp", "nonsense": 1}}, "nonsense"),
        ({"ansible.builtin.command": {"argv": ["/bin/sh", "-c", "echo because >&2; exit 3"]}}, "because"),
        ({"ansible.builtin.command": {"argv": ["{{ nobody_said }}"]}}, "nobody_said"),
        ({"ansible.builtin.assert": {"that": ["1 == 2"], "fail_msg": "un n'est pas deux"}}, "un n'est pas deux"),
        ({"ansible.builtin.ping": None, "vars": {"ansible_connection": "nowhere"}}, "nowhere"),
    ],
)
def test_ansibles_own_failures_show_one_clear_cause(tmp_path: Path, task: dict[str, Any], said: str) -> None:
    status, output = piped(playbook(tmp_path, [{"name": "Some task", **task}]))
    assert status == 2
    assert "[x]  Some task" in output
    assert said in output
    assert "feature_update.yml" in output
    assert "Traceback" not in output


def test_an_unreachable_host_is_told(tmp_path: Path) -> None:
    ssh = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9, "ansible_ssh_timeout": 2}
    tasks = [echo(GOOD[0]), {"name": "Look", "ansible.builtin.ping": None, "vars": ssh}]
    status, output = piped(playbook(tmp_path, tasks))
    assert status == 4
    assert "srv1 ne répond pas" in output
    assert "refused" in output or "ssh" in output


def test_two_hosts_are_told_apart(tmp_path: Path) -> None:
    _status, output = piped(playbook(tmp_path, [echo(result) for result in GOOD]), "--limit", "all")
    lines = output.splitlines()
    for host in ("srv1", "srv2"):
        assert any(line.startswith(f"{host} | [ok] Déploiement") for line in lines)
        assert any(line.startswith(f"{host} | [ok] Réussi") for line in lines)
        assert any(line.startswith(f"{host} : ok=10 changed=8") for line in lines)


def test_no_host_is_told(tmp_path: Path) -> None:
    _status, output = piped(playbook(tmp_path, [echo(GOOD[0])], hosts="nobody"))
    assert "Aucune machine ne correspond" in output


def test_warnings_loops_and_debug_are_not_swallowed(tmp_path: Path) -> None:
    looped = echo({"stage": "backup", "lines": [{"mark": "ok", "text": "{{ item }} sauvé"}]}, loop=["un", "deux"])
    tasks = [
        echo({"warnings": ["prudence avec api"]}),
        echo({"stage": "verify", "deprecations": [{"msg": "vieille option", "version": "99.0"}]}),
        looped,
        {"name": "Say", "ansible.builtin.debug": {"msg": "bonjour"}},
        echo({"failed": True, "msg": "sans gravité"}, ignore_errors=True),
    ]
    status, output = piped(playbook(tmp_path, tasks))
    assert status == 0
    for said in ("prudence avec api", "vieille option", "un sauvé", "deux sauvé", "bonjour", "sans gravité"):
        assert said in output
    assert "[x]" not in output
