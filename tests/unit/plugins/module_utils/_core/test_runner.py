# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import CommandFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import (
    LAST_LINES,
    SubprocessRunner,
    last_words,
)


def python(source):
    return [sys.executable, "-c", source]


def test_a_command_gets_its_input_folder_and_environment_and_no_shell(tmp_path):
    source = "import os,sys; print(sys.stdin.read(), os.getcwd(), os.environ['EXTRA'], sys.argv[1])"
    runner = SubprocessRunner()
    done = runner.run([*python(source), "$HOME; ls"], stdin=b"in", cwd=str(tmp_path), env={"EXTRA": "é"})
    assert done.stdout.split("\n")[0] == f"in {tmp_path} é $HOME; ls"
    assert done.status == 0


def test_a_failure_carries_the_last_lines_and_can_be_left_unchecked():
    source = "import sys; print('\\n'.join(str(n) for n in range(50)), file=sys.stderr); sys.exit(3)"
    with pytest.raises(CommandFailed) as caught:
        SubprocessRunner().run(python(source))
    assert (caught.value.text_id, caught.value.details["status"]) == ("command.failed", 3)
    assert caught.value.details["output"].split("\n") == [str(n) for n in range(50 - LAST_LINES, 50)]
    assert SubprocessRunner().run(python(source), check=False).status == 3


@pytest.mark.parametrize("hint", ["Run 'docker run --help' for more information", "See 'docker run --help'."])
def test_a_failure_of_docker_ends_with_its_cause_not_with_where_help_is(hint):
    said = f"docker: Error response from daemon: Conflict.\n\n{hint}\n"
    with pytest.raises(CommandFailed) as caught:
        SubprocessRunner().run(python(f"import sys; sys.exit({said!r})"))
    assert last_words(caught.value) == "docker: Error response from daemon: Conflict."


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"output": "first\nlast\n", "status": 1}, "last"),
        ({"output": " \n", "status": 137}, "exit 137"),
        ({"command": "docker pull", "seconds": 30}, "> 30 s"),
        ({"found": "No such file"}, "No such file"),
        ({}, "command.failed"),
    ],
)
def test_the_last_words_of_a_command_say_something_whatever_it_said(details, told):
    assert last_words(CommandFailed("command.failed", **details)) == told


def test_output_that_is_no_text_is_no_failure():
    done = SubprocessRunner().run(python("import sys; sys.stdout.buffer.write(b'\\xff ok')"))
    assert done.stdout.endswith(" ok")


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(CommandFailed) as caught:
        SubprocessRunner().run(["/nowhere/docker", "ps"])
    assert (caught.value.text_id, caught.value.details["command"]) == ("command.missing", "/nowhere/docker")


def test_a_command_out_of_time_is_killed_with_its_children(tmp_path):
    mark = tmp_path / "pid"
    child = f"(open({str(mark)!r}, 'w').write(str(os.getpid())), time.sleep(60))"
    with pytest.raises(CommandFailed, match="command.timeout"):
        SubprocessRunner().run(python(f"import os,time; os.fork() or {child}; time.sleep(60)"), timeout=1.5)
    process = int(mark.read_text())
    deadline = time.monotonic() + 10
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(process)


def alive(process: int) -> bool:
    """Whether it runs; a killed one stays in the table until its parent looks."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
