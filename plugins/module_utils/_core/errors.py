# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed errors of the engine.

An error carries an identifier and details, never a sentence: the sentence comes from the catalogue of the
reader's language (see ``_locale``). Details must not hold secrets.
"""

from __future__ import annotations

from collections.abc import Callable


class EngineError(Exception):
    """Base of all errors that the engine raises on purpose.

    ``text_id`` names an entry of the catalogue's ``ERRORS``; ``details`` fill its places.
    """

    def __init__(self, text_id: str, **details: object) -> None:
        super().__init__(f"{text_id} {details}")
        self.text_id = text_id
        self.details = details


class Phrase:
    """A detail of an error that is a sentence itself: an entry of the catalogue's ``TEXTS``."""

    def __init__(self, text_id: str, **details: object) -> None:
        self.text_id = text_id
        self.details = details

    def __str__(self) -> str:
        return ": ".join([self.text_id, *map(str, self.details.values())])


class BadInput(EngineError):
    """What was given is wrong; nothing was attempted."""


class Refused(EngineError):
    """The state of the host or of the run does not allow it; nothing was changed."""


class LockHeld(Refused):
    """Another run holds the lock of the stack."""


class Failed(EngineError):
    """Something was attempted and did not succeed."""


class CommandFailed(Failed):
    """A command ended with a status other than 0, could not start, or ran out of time."""


class TransportFailed(Failed):
    """No HTTP answer: refused, reset, unresolved, TLS or time."""


def describe_error(error: BaseException, words: Callable[[BaseException], str] = str) -> str:
    """``Type: words`` of any error, of one that cannot tell its own words too."""
    try:
        said = words(error)
    except Exception as second:
        said = f"({type(second).__name__})"
    return f"{type(error).__name__}: {said}"
