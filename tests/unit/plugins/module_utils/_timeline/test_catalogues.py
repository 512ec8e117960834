# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both languages say the same things, with the same places."""

from __future__ import annotations

import string

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._locale import TEXTS_OF
from ansible_collections.benevoclic.updates.plugins.module_utils._locale.en import notify as en_notify
from ansible_collections.benevoclic.updates.plugins.module_utils._locale.en import timeline as en_timeline
from ansible_collections.benevoclic.updates.plugins.module_utils._locale.fr import notify as fr_notify
from ansible_collections.benevoclic.updates.plugins.module_utils._locale.fr import timeline as fr_timeline
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.facts import DEADLINES, UPDATE_TYPES
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES

PAIRS = [(fr_notify, en_notify), (fr_timeline, en_timeline)]


def places(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}


@pytest.mark.parametrize(("french", "english"), PAIRS)
def test_same_identifiers_and_places(french: object, english: object) -> None:
    fr_texts, en_texts = french.TEXTS, english.TEXTS  # type: ignore[attr-defined]
    assert {key: places(value) for key, value in fr_texts.items()} == {
        key: places(value) for key, value in en_texts.items()
    }
    fr_errors, en_errors = french.ERRORS, english.ERRORS  # type: ignore[attr-defined]
    assert {key: [places(part) for part in parts] for key, parts in fr_errors.items()} == {
        key: [places(part) for part in parts] for key, parts in en_errors.items()
    }


def test_every_status_type_and_deadline_has_its_words() -> None:
    for name in STATUSES:
        assert f"notify.lead.{name}" in TEXTS_OF["fr"]
    for name in UPDATE_TYPES:
        assert f"notify.title.{name}" in TEXTS_OF["fr"]
    for name in DEADLINES:
        assert f"notify.deadline.{name}" in TEXTS_OF["fr"]
