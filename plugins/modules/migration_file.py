#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: migration_file
short_description: Writes a new migration file to be filled in
version_added: 0.1.0
description:
  - Writes a file with the next free number of today, whose comments say what is to be filled in.
  - Runs on the controller, where the migration files are, and starts no process on the host. A file that is there is never
    written over.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: none
    details: Each call writes a new file; a name that is taken is refused.
options:
  name:
    description: What the migration does, in lower case with underscores, such as V(add_user_preferences).
    type: str
    required: true
  migrations_dir:
    description: Folder of the controller with the migration files.
    type: path
    required: true
seealso:
  - module: benevoclic.updates.mongodb_migrate_info
"""

EXAMPLES = r"""
- name: Begin a migration
  benevoclic.updates.migration_file:
    name: add_user_preferences
    migrations_dir: migrations
"""

RETURN = r"""
path:
  description: The new file.
  returned: success
  type: str
  sample: migrations/20240815_001_add_user_preferences.py
"""
