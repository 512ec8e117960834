# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration's code stands on: database, session, lock and deadline; and the bounds within which it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .._core import libraries
from .._core.clock import Clock
from .._core.errors import BadInput, Failed
from .._core.progress import Progress, Silent
from .._mongo import client as connections
from .interrupting import looking

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.database import Database

    from .._mongo.client import Client

GRACE_SECONDS = 3.0
"""Past the deadline the server ends its own work first: what we cut off, it would go on with."""

Result = TypeVar("Result")


class Lease(Protocol):
    """The lock of the database, as long as it is ours."""

    def check(self) -> None:
        """Raises Failed ``database_lock.lost``."""


@dataclass(frozen=True)
class Limits:
    """What a migration may take: ``seconds`` for all of it, and documents a second (None: as many as it can)."""

    seconds: float
    per_second: float | None = None


def read_pace(definition: Mapping[str, Any]) -> float | None:
    """Documents a second (``mongodb.migration_documents_per_second`` of a stack definition); None: as many as it can.

    Raises BadInput ``migrations.pace`` for what is no number from 0 up (0: no limit).
    """
    value = (definition.get("mongodb") or {}).get("migration_documents_per_second")
    if value is not None and (not isinstance(value, (int, float)) or isinstance(value, bool) or value < 0):
        raise BadInput("migrations.pace", key="benevoclic_migration_documents_per_second", value=value)
    return float(value) if value else None


class Ground:
    """Everything happens in ``session``, so that a successor can end it; ``transactions``: the server has them.

    Raises Refused ``library.too_old``.
    """

    def __init__(
        self,
        session: ClientSession,
        database: str,
        lease: Lease,
        limits: Limits,
        clock: Clock,
        progress: Progress | None = None,
    ) -> None:
        from pymongo import version_tuple
        from pymongo.write_concern import WriteConcern

        libraries.need_minimum("pymongo", version_tuple)
        self.session = session
        self.client: Client = session.client
        self._plain = self.client[database]
        self._durable = self._plain.with_options(write_concern=WriteConcern("majority"))
        self.transactions = connections.is_replica_set(self.client)
        self.whole = False
        """Whether all of the migration is one transaction."""
        self.limits, self.clock = limits, clock
        self.progress: Progress = progress or Silent()
        self._lease = lease
        self._ends = clock.monotonic() + limits.seconds

    @property
    def database(self) -> Database[dict[str, Any]]:
        """Written by a majority; in a transaction the transaction says so, and an operation must not."""
        return self._plain if self.whole else self._durable

    def anew(self) -> Ground:
        """The same, with all of its time again."""
        self._ends = self.clock.monotonic() + self.limits.seconds
        return self

    def check(self, grace: float = 0.0) -> None:
        """Raises Failed when the lock is not ours any more, or ``migrations.deadline``."""
        self._lease.check()
        if self.late(-grace):
            raise Failed("migrations.deadline", seconds=f"{self.limits.seconds:g}")

    def late(self, margin: float = 0.0) -> bool:
        """Whether the deadline is less than ``margin`` seconds away."""
        return self.clock.monotonic() + margin > self._ends

    def apart(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` outside the session: what a transaction does not allow, such as a list of the collections."""
        with ThreadPoolExecutor(1) as alone:
            return alone.submit(work).result()

    @contextmanager
    def bounds(self) -> Iterator[None]:
        """Code of the team's runs inside: in the session, each command with the time that is left as its limit."""
        import pymongo

        left = max(0.001, self._ends - self.clock.monotonic())
        with ExitStack() as stack:
            stack.enter_context(self.session.bind(end_session=False))
            stack.enter_context(pymongo.timeout(left))
            stack.enter_context(looking(lambda: self.check(GRACE_SECONDS)))
            yield
