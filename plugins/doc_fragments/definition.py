# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack that a module works for."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  definition:
    description: The stack, as the role C(benevoclic) defines it.
    type: dict
    required: true
"""
    OF_RUN = r"""
options:
  definition:
    description: The stack, as the role C(benevoclic) defines it; with O(run_id) the definition in the plan of the run is taken.
    type: dict
"""
