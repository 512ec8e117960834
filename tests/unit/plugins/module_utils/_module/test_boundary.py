# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from ansible.module_utils.testing import patch_module_args
from fakes import Site

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import (
    BadInput,
    CommandFailed,
    Failed,
    Refused,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._module import boundary

URI = "mongodb://updates:c4n%40ry+value@127.0.0.1/?authSource=admin"
FORMS = [URI, quote(URI, safe=""), base64.b64encode(URI.encode()).decode(), "c4n%40ry+value", "c4n@ry+value"]


@pytest.fixture
def run(capsys, tmp_path):
    """Runs ``work`` as a module; returns what it printed, as text and as data, and its exit status."""

    def _run(work, options=None, secrets=(), **args):
        with (
            patch_module_args({"state_dir": str(tmp_path), "locale": "en", **args}),
            pytest.raises(SystemExit) as ended,
        ):
            boundary.run_module(work, options or {}, secrets=secrets)
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return shown.out, json.loads(shown.out), ended.value.code

    return _run


def raiser(error):
    def work(params, tools):
        raise error

    return work


def test_a_result_is_unchanged_unless_it_says_so(run):
    assert run(lambda params, tools: {"lines": []})[1]["changed"] is False
    _text, result, status = run(lambda params, tools: {"changed": True, "value": 5})
    assert (result["changed"], result["value"], status) == (True, 5, 0)


def test_work_gets_parameters_and_tools(run):
    def work(params, tools):
        line = tools.line("ok", "run.opened", run_id="R")
        return {"got": params["extra"], "check": tools.check_mode, "line": line}

    args = {"extra": "é", "_ansible_check_mode": True}
    result = run(work, {"extra": {"type": "str"}}, **args)[1]
    assert (result["got"], result["check"], result["line"]["mark"]) == ("é", True, "ok")
    assert "R" in result["line"]["text"]


@pytest.mark.parametrize(("locale", "word"), [("fr", "attendu"), ("en", "expected")])
@pytest.mark.parametrize("kind", [BadInput, Refused, Failed, CommandFailed])
def test_an_engine_error_is_one_line_in_the_readers_language_with_its_parts(run, kind, locale, word):
    _text, result, status = run(raiser(kind("run.unknown", run_id="R1", path="/runs")), locale=locale)
    assert (result["failed"], result["error_id"], status) == (True, "run.unknown", 1)
    assert set(result["error"]) == {"attempted", "expected", "found", "next", "text"}
    assert result["msg"] == result["error"]["text"]
    assert "R1" in result["msg"]
    assert word in result["msg"]
    assert "exception" not in result


@pytest.mark.parametrize(
    "error",
    [ValueError("two\nlines"), KeyError("key"), OSError(28, "No space"), RecursionError(), AssertionError()]
    + [UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), Exception("\n"), MemoryError(), Failed("no.such_text", a=1)],
    ids=lambda error: type(error).__name__,
)
def test_whatever_is_thrown_is_one_clean_line(run, error):
    _text, result, status = run(raiser(error))
    assert (result["failed"], status) == (True, 1)
    assert len(result["msg"].splitlines()) == 1
    name = "no.such_text" if isinstance(error, Failed) else type(error).__name__
    assert name in result["msg"]
    assert "exception" not in result


@pytest.mark.parametrize(
    "junk", [None, 5, {"path": Path("/x")}, {"value": object()}], ids=["none", "number", "path", "object"]
)
def test_a_result_that_is_none_is_one_clean_line_too(run, junk):
    _text, result, status = run(lambda params, tools: junk)
    assert (result["failed"], result["error_id"], status) == (True, "module.unexpected", 1)


SPEC = {"mongodb_admin_uri": {"type": "str", "no_log": True}}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", ["result", "engine error", "other error", "failed result"])
def test_a_secret_never_comes_out_in_any_form(run, form, way):
    def work(params, tools):
        assert tools.secrets == {"mongodb_admin_uri": URI}
        if way == "engine error":
            raise Failed("command.failed", command="mongodump", status=1, output=f"at {form}")
        if way == "other error":
            raise ValueError(f"at {form}")
        return {"value": [f"at {form}"], form: 1, "failed": way == "failed result", "msg": f"at {form}"}

    text, result, _status = run(work, SPEC, ("mongodb_admin_uri",), mongodb_admin_uri=URI)
    assert form not in text
    assert "c4n" not in json.dumps({**result, "invocation": None})


def test_a_result_that_failed_keeps_its_data(run):
    work = lambda params, tools: {"failed": True, "msg": "état", "outcome": "rolled_back"}  # noqa: E731
    _text, result, status = run(work)
    assert (result["failed"], result["outcome"], status) == (True, "rolled_back", 1)


def test_a_run_is_held_and_read_by_its_id(run, tmp_path):
    site = Site(tmp_path)
    run_id = site.open()
    where = {"stack": "demo", "run_id": run_id, "state_dir": str(site.state_dir)}

    def work(params, tools):
        with tools.hold_run(params) as held:
            held.record("check", {})
        return {"run": tools.read_run(params).run_id}

    assert run(work, **where)[1]["run"] == run_id
    assert run(work, **{**where, "run_id": "20260101T000000Z-feature-1.0.0"})[1]["error_id"] == "run.unknown"


@pytest.mark.parametrize(
    ("args", "error_id"),
    [({"run_id": "x"}, "stack.none"), ({"stack": "demo"}, "run.none"), ({"stack": "../x", "run_id": "x"}, "stack.name")]
    + [({"stack": "demo", "run_id": "../x"}, "run.id")],
)
@pytest.mark.parametrize("way", ["hold_run", "read_run"])
def test_without_a_stack_or_a_run_the_way_there_is_said(run, args, error_id, way):
    def work(params, tools):
        found = getattr(tools, way)(params)
        with found:
            return {}

    assert run(work, **args)[1]["error_id"] == error_id


def test_an_unknown_option_or_language_is_ansibles_own_clean_refusal(run):
    assert "Unsupported parameters" in run(raiser(AssertionError()), typo="x")[1]["msg"]
    assert "value of locale must be one of" in run(raiser(AssertionError()), locale="de")[1]["msg"]
