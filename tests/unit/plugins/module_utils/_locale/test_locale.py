# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils import _core, _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core import errors
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import LOCALES, explain, text

PLUGINS = Path(_core.__file__).parents[2]
CATALOGUES = {
    "errors": {name: getattr(_locale, name).ERRORS for name in LOCALES},
    "texts": {name: getattr(_locale, name).TEXTS for name in LOCALES},
}
ERROR_CLASSES = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.EngineError)
}
TEXT_CALLS = {"say", "line", "text", "_line"}
IDENTIFIER = re.compile(r"[a-z_]+(\.[a-z_]+)+")
SOURCES = [path for path in sorted(PLUGINS.rglob("*.py")) if path.parent.name not in LOCALES]
TREES = {path.relative_to(PLUGINS): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def places(template):
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}


def parts_of(entry):
    return (entry,) if isinstance(entry, str) else entry


def identifiers(kind):
    return set(CATALOGUES[kind]["fr"])


@pytest.mark.parametrize("kind", CATALOGUES)
def test_every_language_has_the_same_identifiers(kind):
    assert set(CATALOGUES[kind]["en"]) == set(CATALOGUES[kind]["fr"])


@pytest.mark.parametrize("kind", CATALOGUES)
def test_every_language_has_the_same_places(kind):
    french, english = CATALOGUES[kind]["fr"], CATALOGUES[kind]["en"]
    told = {
        name: [set().union(*map(places, parts_of(catalogue[name]))) for catalogue in (french, english)]
        for name in french
    }
    assert {name: both for name, both in told.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_identifier_is_in_two_topics(locale):
    topics = getattr(_locale, locale)._TOPICS
    for table, name in (("ERRORS", "errors"), ("TEXTS", "texts")):
        assert sum(len(getattr(topic, table, {})) for topic in topics) == len(CATALOGUES[name][locale])


@pytest.mark.parametrize("locale", LOCALES)
def test_errors_have_four_parts_of_one_line_and_places_are_plain_names(locale):
    for name, entry in CATALOGUES["errors"][locale].items():
        assert len(entry) == 4, name
        assert all(part.strip() and "\n" not in part and not part.endswith(".") for part in entry), name
    for kind in CATALOGUES:
        for name, entry in CATALOGUES[kind][locale].items():
            parsed = [part for template in parts_of(entry) for part in Formatter().parse(template)]
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", part[1]) for part in parsed if part[1] is not None), name
            formats = {part[2] for part in parsed if part[1] is not None} | {part[3] for part in parsed}
            assert formats <= {"", "s", None}, f"{name}: another format than the plural would fail on '?'"


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)


def constants(node):
    """Every string that an expression may be, as far as it is written there."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def calls(names):
    found = set()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in names:
                strings = set().union(set(), *map(constants, node.args))
                found |= {(str(path), string) for string in strings if IDENTIFIER.fullmatch(string)}
    return found


def test_every_error_that_is_raised_has_its_text():
    raised = calls(ERROR_CLASSES)
    assert len(raised) > 30
    assert {(path, name) for path, name in raised if name not in identifiers("errors")} == set()


def test_every_text_that_is_said_is_in_the_catalogue():
    said = calls(TEXT_CALLS)
    assert len(said) > 30
    known = identifiers("texts")
    assert {(path, name) for path, name in said if not {name, f"timeline.{name}"} & known} == set()


def written():
    """All strings of the code, and its f-strings as patterns."""
    strings, patterns = {path.stem for path in (PLUGINS.parent / "playbooks").glob("*.yml")}, set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            strings |= constants(node)
            if isinstance(node, ast.JoinedStr):
                shape = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else "([A-Za-z0-9_.]+)"
                    for part in node.values
                ]
                patterns.add("".join(shape))
    return strings, [re.compile(pattern) for pattern in patterns if "\\." in pattern]


def is_used(name, strings, patterns):
    """Written as it is, or put together from a written pattern and written words."""
    if name in strings:
        return True
    matches = (pattern.fullmatch(name) for pattern in patterns)
    return any(all(word in strings for word in match.groups()) for match in matches if match)


@pytest.mark.parametrize("kind", CATALOGUES)
def test_every_entry_of_the_catalogue_is_used(kind):
    strings, patterns = written()
    unused = {name for name in identifiers(kind) if not is_used(name, strings, patterns)}
    assert unused == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_message_is_never_the_second_failure(locale):
    missing = explain(errors.Failed("gate.not_reached"), locale)
    assert set(missing) == {"attempted", "expected", "found", "next", "text"}
    unknown = explain(errors.Failed("no.such_text", value="{x}"), locale)
    assert "no.such_text" in unknown["text"]
    braces = explain(errors.BadInput("version.not_semantic", value="{0} {locale} %s"), locale)
    assert "{0} {locale} %s" in braces["text"]
    assert text(locale, "run.opened") != text(locale, "run.opened", run_id="R")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_cause_inside_an_error_is_told_in_the_same_language(locale):
    cause = errors.Failed("file.not_json", path="/x", found="line 1")
    told = explain(errors.Failed("rollback.undo_failed", operations="service.up", cause=cause), locale)
    assert explain(cause, locale)["text"] in told["found"]


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [
        ("fr", 0, "0 document avant"),
        ("fr", 1, "1 document avant"),
        ("fr", "1", "1 document avant"),
        ("fr", 2, "2 documents avant"),
        ("fr", "?", "? documents avant"),
        ("en", 0, "0 documents before"),
        ("en", 1, "1 document before"),
        ("en", 2, "2 documents before"),
    ],
)
def test_what_is_counted_is_told_in_the_singular_or_the_plural_of_the_language(locale, count, said):
    assert said in text(locale, "migrations.rehearsed_counts", collection="users", before=count, after=0)


def test_a_count_that_is_missing_is_no_second_failure():
    assert "{before} documents" in text("en", "migrations.rehearsed_counts", collection="users", after=0)
