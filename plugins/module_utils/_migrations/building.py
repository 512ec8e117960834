# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helpers of a migration for collections, indexes and validators; what they declared is verified at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from .._core.errors import BadInput, Failed
from . import index_build, structure
from .ground import Ground
from .made import Made, packed

if TYPE_CHECKING:
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

Query = Mapping[str, Any]
Keys = Union[str, Sequence[Any], Mapping[str, Any]]  # noqa: UP007  (ansible-test's pylint knows no other at run time)


class Building:
    """The part of ``step`` that is about structure. Its errors are ``step.…``."""

    def __init__(self, ground: Ground, made: Made) -> None:
        self._ground, self._made = ground, made
        self._checks: dict[tuple[str, str], Callable[[], None]] = {}

    def ensure_collection(self, name: str, **options: Any) -> Documents:
        """The collection ``name``, created with ``options`` (as pymongo's ``create_collection`` takes them) when it is not there.

        Raises Failed ``step.collection_differs`` when one is there that has other options.
        """
        database = self._ground.database
        self._checks["collection", name] = lambda: self._require_collection(name)
        ours = self._made.find("collection", name=name)
        if self._ground.whole and ours:
            return database[name]
        found = structure.options_of(self._ground, name)
        if found is None:
            if not ours:
                self._made.add("collection", name=name)
            database.create_collection(name, check_exists=False, **options)
        elif not ours:
            structure.require_options(database[name], options, found)
        return database[name]

    def ensure_index(self, collection: Documents, keys: Keys, **options: Any) -> str:
        """An index with these ``keys`` and ``options`` (as pymongo's ``create_index`` takes them); its name.

        The build is shown as progress; past the deadline the server gives it up. Raises Failed ``step.index_differs``.
        """
        # With the index the server would make the collection, and nobody take it back.
        self.ensure_collection(self._own(collection))
        wanted = structure.wanted_index(collection, keys, options)
        self._checks["index", f"{collection.name}.{wanted['name']}"] = lambda: self._require_index(collection, wanted)
        name = None if self._ground.whole else structure.find_index(self._ground, collection, wanted)
        ours = self._made.find("index", collection=collection.name, name=wanted["name"])
        if name is not None and not ours:
            return name
        if not ours:
            self._made.add("index", collection=collection.name, name=wanted["name"])
        # One that is listed may still be being built: the server answers when it is whole.
        index_build.build(self._ground, collection, wanted)
        return str(wanted["name"])

    def set_validator(
        self, collection: Documents, validator: Query, level: str = "strict", action: str = "error"
    ) -> None:
        """Set the validator, once no document is against it. Raises Failed ``step.validator`` with their number."""
        name = self._own(collection)
        wrong = structure.against(self._ground, collection, validator)
        if wrong:
            raise Failed("step.validator", collection=collection.name, documents=wrong)
        if not self._made.find("validator", collection=name):
            before = packed(structure.rules_of(self._ground, name))
            self._made.add("validator", collection=name, before=before)
        whole = {"validator": dict(validator), "validationLevel": level, "validationAction": action}
        rules = structure.stored(collection, whole)
        structure.set_rules(self._ground, name, rules)
        self._checks["validator", name] = lambda: self._require_rules(name, rules)

    def verify(self) -> None:
        """Collections, indexes and validators are as the helpers were told. Raises Failed ``step.missing``."""
        for check in self._checks.values():
            check()

    def _own(self, collection: Documents) -> str:
        """The name of a collection of this database: in another one nothing would be taken back."""
        if collection.database.name != self._ground.database.name:
            raise BadInput("step.other_database", collection=collection.full_name, database=self._ground.database.name)
        return collection.name

    def _require_collection(self, name: str) -> None:
        structure.require(structure.options_of(self._ground, name) is not None, "collection", name)

    def _require_index(self, collection: Documents, wanted: Mapping[str, Any]) -> None:
        found = structure.find_index(self._ground, collection, wanted)
        structure.require(found is not None, "index", f"{collection.name}.{wanted['name']}")

    def _require_rules(self, name: str, rules: Mapping[str, Any]) -> None:
        structure.require(structure.rules_of(self._ground, name) == dict(rules), "validator", name)
