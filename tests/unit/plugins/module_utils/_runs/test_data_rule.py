# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._runs.data_rule import (
    ASK,
    DOWN,
    KEEP,
    RESTORE,
    UNTOUCHED,
    Case,
    decide,
)

FAILED = {"migrations": 1, "failed": True, "backed_up": True}
STUCK = {"migrations": 2, "reversible": False, "readable": False, "backed_up": True}


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        ({}, UNTOUCHED),
        ({"consent": True, "backed_up": True, "lost": 0}, UNTOUCHED),
        ({"migrations": 1}, DOWN),
        ({"migrations": 3, "readable": False, "lost": 12, "consent": True, "backed_up": True}, DOWN),
        ({**STUCK, "lost": 0}, RESTORE),
        ({**STUCK, "lost": 0, "readable": True}, RESTORE),
        ({**STUCK, "lost": 1}, ASK),
        ({**STUCK, "lost": None}, ASK),
        ({**STUCK, "lost": 751, "readable": True}, KEEP),
        ({**STUCK, "lost": 751, "readable": True, "consent": True}, KEEP),
        ({**STUCK, "lost": None, "readable": True}, KEEP),
        ({**STUCK, "lost": 751, "consent": True}, RESTORE),
        ({**STUCK, "lost": None, "consent": True}, RESTORE),
        ({**STUCK, "lost": 0, "backed_up": False}, ASK),
        ({**STUCK, "lost": 5, "backed_up": False, "consent": True}, ASK),
        ({**STUCK, "backed_up": False, "readable": True}, KEEP),
        ({**FAILED, "lost": 0}, RESTORE),
        ({**FAILED, "lost": 5}, DOWN),
        ({**FAILED, "lost": None}, DOWN),
        ({**FAILED, "lost": 5, "consent": True}, RESTORE),
        ({**FAILED, "lost": 5, "consent": True, "backed_up": False}, DOWN),
        ({**FAILED, "lost": 5, "reversible": False, "readable": False}, ASK),
    ],
)
def test_what_becomes_of_the_data(facts, decision):
    assert decide(Case(**facts)) == decision
