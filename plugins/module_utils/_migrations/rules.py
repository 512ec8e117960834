# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the lint: what a migration may do that is risky, and what then becomes of it."""

from __future__ import annotations

REFUSED = "refused"
SHOWN = "shown"
RULES: dict[str, str] = {
    "drop_database": REFUSED,
    "drop_collection": REFUSED,
    "delete_everything": REFUSED,
    "update_everything": SHOWN,
    "rename_collection": REFUSED,
    "remove_field": REFUSED,
    "rename_field": REFUSED,
    "overwrite_collection": REFUSED,
    "drop_index": SHOWN,
    "index_build": SHOWN,
    "unique_index": SHOWN,
    "validator": SHOWN,
    "full_scan": SHOWN,
    "whole_collection_in_memory": SHOWN,
}
"""Rule → what becomes of a finding that the file does not allow. ``exposure`` may raise one to refused."""
