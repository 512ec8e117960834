# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read, by language: one folder a language, one file a topic.

``ERRORS``: identifier → (what was attempted and on what, expected, found, what to do next).
``TEXTS``: identifier → sentence. Both are ``str.format`` templates filled with named details; ``{count:s}`` is the ending of
the plural: ``{count} file{count:s}``.
A third language is a third folder with the same identifiers and places (a test compares them), and its rule of the plural.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .._core.errors import EngineError, Phrase
from .._core.plain_text import plain
from . import en, fr

TEXTS_OF = {"fr": fr.TEXTS, "en": en.TEXTS}
_ERRORS = {"fr": fr.ERRORS, "en": en.ERRORS}
LOCALES = tuple(TEXTS_OF)
DEFAULT = "fr"
Explanation = dict[str, str]
_SINGULAR: dict[str, Callable[[float], bool]] = {"fr": lambda count: abs(count) < 2, "en": lambda count: count == 1}
_PLURAL = "s"


class _Details(dict[str, object]):
    """A missing detail shows its name instead of raising: a message must never be the second failure."""

    def __init__(self, details: Mapping[str, object], locale: str) -> None:
        super().__init__(details)
        self._locale = locale

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

    def __getitem__(self, key: str) -> object:
        """What others wrote must not steer the reader's terminal."""
        value = super().__getitem__(key)
        return _Detail(plain(value) if isinstance(value, str) else value, _SINGULAR[self._locale])


@dataclass(frozen=True)
class _Detail:
    """A value as templates see it."""

    value: object
    singular: Callable[[float], bool]

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, how: str) -> str:
        return self._ending() if how == _PLURAL else format(self.value, how)

    def _ending(self) -> str:
        """A count that is not known is told in the plural."""
        try:
            return "" if self.singular(float(str(self.value))) else _PLURAL
        except ValueError:
            return _PLURAL


def text(locale: str, text_id: str, **details: object) -> str:
    """The sentence ``text_id`` in ``locale``."""
    return TEXTS_OF[locale][text_id].format_map(_Details(details, locale))


def explain(error: EngineError, locale: str) -> Explanation:
    """The four parts of an error: ``attempted``, ``expected``, ``found``, ``next``, and ``text``, all in one line or two."""
    parts, details = _ERRORS[locale].get(error.text_id), error.details
    if parts is None:
        parts = _ERRORS[locale]["module.unexpected"]
        details = {"module": error.text_id, "found": str(error.details)}
    details = {key: _said(value, locale) for key, value in details.items()}
    filled = [part.format_map(_Details(details, locale)) for part in parts]
    explanation = dict(zip(("attempted", "expected", "found", "next"), filled, strict=True))
    explanation["text"] = text(locale, "error.sentence", **explanation)
    return explanation


def _said(value: object, locale: str) -> object:
    """An error inside an error (a cause) is told in the same language, and so is a phrase."""
    if isinstance(value, Phrase):
        return text(locale, value.text_id, **value.details)
    return explain(value, locale)["text"] if isinstance(value, EngineError) else value
