#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: update_plan
short_description: Plans an update, a rollback or a restore
version_added: 0.1.0
description:
  - Puts together the manifest of a release, the policy of the update type and what is there now, and returns the stages
    that will run, as data and as lines for people.
  - Runs on the controller, where the manifests and migration files are, and starts no process on the host.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.definition
  - benevoclic.updates.run
options:
  flow:
    description:
      - Name of the playbook, V(rollback) for a return to an earlier release, V(restore) for a restore of a backup,
        V(database_migration) for migrations alone.
    type: str
    required: true
  update_type:
    description:
      - Type of the update, V(security), V(feature) or V(maintenance); V(rollback) with O(flow=rollback), V(restore) with
        O(flow=restore), V(migration) with O(flow=database_migration).
    type: str
    required: true
  version:
    description:
      - Version to bring, as text. Absent or V(latest) is the newest release of the type.
      - With O(flow=database_migration), a release to come whose migrations are rehearsed; needs O(rehearsal).
      - With O(flow=rollback), the verified version to go back to; absent is the last one before the version served.
    type: raw
  severity:
    description: Severity of the vulnerability, V(CRITICAL), V(HIGH), V(MEDIUM) or V(LOW), for O(update_type=security).
    type: str
  vulnerability_id:
    description: Id of the vulnerability, for O(update_type=security).
    type: str
  reason:
    description: Why, for the journal and the messages.
    type: str
  releases_dir:
    description: Folder of the controller with one manifest a release.
    type: path
    required: true
  migrations_dir:
    description: Folder of the controller with the migration files.
    type: path
  registry:
    description: Host of the registry, put before the references of the manifest.
    type: str
    default: ''
  observed:
    description: What is there, as M(benevoclic.updates.stack_info) returned it.
    type: dict
    required: true
  runs:
    description: The stack's runs, as M(benevoclic.updates.stack_info) returned them.
    type: dict
    default: {}
  restore:
    description: With O(flow=restore), C(backup_id) of the set and C(collections), which are all when there is none.
    type: dict
    default: {}
  backup_enabled:
    description: Whether the update begins with a backup. V(false) needs O(backup_disabled_reason) and is refused in production.
    type: bool
    default: true
  backup_disabled_reason:
    description: Why there is no backup.
    type: str
    default: ''
  rollback_enabled:
    description: Whether a failure rolls back. V(false) needs O(rollback_disabled_reason) and is refused in production.
    type: bool
    default: true
  rollback_disabled_reason:
    description: Why there is no rollback.
    type: str
    default: ''
  rollback_database:
    description:
      - V(restore) agrees to a restore of the backup although writes that came since are lost with it, when going back needs one.
    type: str
    choices: ['', restore]
    default: ''
  target:
    description: Target of the migration, for O(flow=database_migration).
    type: str
  outlook:
    description:
      - What the target would do, as M(benevoclic.updates.mongodb_migrate_info) returned it, for
        O(flow=database_migration).
    type: dict
    default: {}
  rehearsal:
    description: Whether the migration is only rehearsed on a copy, for O(flow=database_migration).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Look at the stack
  benevoclic.updates.stack_info:
    definition: "{{ benevoclic_definition }}"
  register: seen

- name: Plan the feature update
  benevoclic.updates.update_plan:
    flow: feature_update
    update_type: feature
    version: 1.1.0
    releases_dir: releases
    definition: "{{ benevoclic_definition }}"
    observed: "{{ seen.observed }}"
    runs: "{{ seen.runs }}"
  register: planned
"""

RETURN = r"""
plan:
  description: The plan.
  returned: success
  type: dict
files:
  description: Files that the run needs on the host, by name relative to its folder.
  returned: success
  type: dict
"""
