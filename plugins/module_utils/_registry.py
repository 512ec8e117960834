# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All operations there are, by name: what a rollback can undo."""

from __future__ import annotations

from ._commanded.operations import OPERATIONS as COMMANDED
from ._migrations.operations import OPERATIONS as MIGRATIONS
from ._mongo.restore_operations import OPERATIONS as RESTORE
from ._runs.operations import Registry
from ._stack.fencing import OPERATIONS as FENCE
from ._stack.operations import OPERATIONS as STACK

OPERATIONS: Registry = {**STACK, **FENCE, **MIGRATIONS, **COMMANDED, **RESTORE}
