# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that every module of the action group accepts."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  stack:
    description: Name of the stack; its state lies in a folder of this name below O(state_dir).
    type: str
  state_dir:
    description: Folder of the host that holds the state of its stacks, as the playbook C(bootstrap) made it.
    type: path
    default: /var/lib/benevoclic-updates
  run_id:
    description:
      - The run to act for, as M(benevoclic.updates.run_open) returned it.
      - It is the fencing token. A module that changes anything refuses to unless this run holds the lock of the stack.
    type: str
  locale:
    description: Language of what people read.
    type: str
    choices: [fr, en]
    default: fr
"""
