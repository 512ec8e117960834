# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read, by language: one folder a language, one file a topic.

``ERRORS``: identifier → (what was attempted and on what, expected, found, what to do next).
``TEXTS``: identifier → sentence. Both are ``str.format`` templates filled with named details.
A third language is a third folder with the same identifiers and places (a test compares them).
"""

from __future__ import annotations

from .._core.errors import EngineError, Phrase
from .._core.plain_text import plain
from . import en, fr

TEXTS_OF = {"fr": fr.TEXTS, "en": en.TEXTS}
_ERRORS = {"fr": fr.ERRORS, "en": en.ERRORS}
LOCALES = tuple(TEXTS_OF)
DEFAULT = "fr"
Explanation = dict[str, str]


class _Details(dict[str, object]):
    """A missing detail shows its name instead of raising: a message must never be the second failure."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

    def __getitem__(self, key: str) -> object:
        """What others wrote must not steer the reader's terminal."""
        value = super().__getitem__(key)
        return plain(value) if isinstance(value, str) else value


def text(locale: str, text_id: str, **details: object) -> str:
    """The sentence ``text_id`` in ``locale``."""
    return TEXTS_OF[locale][text_id].format_map(_Details(details))


def explain(error: EngineError, locale: str) -> Explanation:
    """The four parts of an error: ``attempted``, ``expected``, ``found``, ``next``, and ``text``, all in one line or two."""
    parts, details = _ERRORS[locale].get(error.text_id), error.details
    if parts is None:
        parts = _ERRORS[locale]["module.unexpected"]
        details = {"module": error.text_id, "found": str(error.details)}
    details = {key: _said(value, locale) for key, value in details.items()}
    filled = [part.format_map(_Details(details)) for part in parts]
    explanation = dict(zip(("attempted", "expected", "found", "next"), filled, strict=True))
    explanation["text"] = text(locale, "error.sentence", **explanation)
    return explanation


def _said(value: object, locale: str) -> object:
    """An error inside an error (a cause) is told in the same language, and so is a phrase."""
    if isinstance(value, Phrase):
        return text(locale, value.text_id, **value.details)
    return explain(value, locale)["text"] if isinstance(value, EngineError) else value
