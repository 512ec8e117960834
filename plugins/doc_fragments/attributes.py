# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that modules declare."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description: Will return details on what has changed, or would in C(check_mode), when in diff mode.
  idempotent:
    description: When run twice in a row with the same arguments, the second invocation changes nothing.
"""
    READER = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details: This module only reads.
  diff_mode:
    description: Will return details on what has changed, or would in C(check_mode), when in diff mode.
    support: N/A
    details: This module never changes anything.
  idempotent:
    description: When run twice in a row with the same arguments, the second invocation changes nothing.
    support: full
    details: This module never changes anything.
"""
    RECORD = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details: Nothing is written.
  diff_mode:
    description: Will return details on what has changed, or would in C(check_mode), when in diff mode.
    support: N/A
    details: A run's own records are not the stack's state.
  idempotent:
    description: When run twice in a row with the same arguments, the second invocation changes nothing.
"""
