# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy, manifest, plan."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "policy.update_type": (
        "Reading the update type",
        "{allowed}",
        "{value}",
        "choose a type of the list",
    ),
    "policy.severity": (
        "Reading the severity",
        "{allowed}",
        "{value}",
        "pass -e severity=… in capitals",
    ),
    "policy.severity_unexpected": (
        "Reading the severity",
        "none for a {update_type} update",
        "{value}",
        "drop severity, or use security_update.yml",
    ),
    "policy.loosened": (
        "Reading {key} in the manifest",
        "{minimum} or stricter",
        "{value}",
        "a manifest may tighten the policy, never loosen it: correct it",
    ),
    "policy.proof": (
        "Reading benevoclic_backup_proof",
        "one of: {allowed}",
        "{value}",
        "correct the inventory, or leave the value empty: the policy decides",
    ),
    "policy.proof_loosened": (
        "Reading benevoclic_backup_proof in production",
        "{minimum} or stricter",
        "{value}",
        "leave the value empty, or choose a stronger proof",
    ),
    "manifest.not_mapping": (
        "Reading the manifest {path}",
        "YAML keys and values",
        "{kind}",
        "correct the file",
    ),
    "manifest.unreadable": (
        "Reading the manifest {path}",
        "YAML",
        "{found}",
        "correct the file",
    ),
    "manifest.unknown_key": (
        "Reading the manifest {path}",
        "the keys {allowed}",
        "{key}",
        "remove or correct this key",
    ),
    "manifest.missing_key": (
        "Reading the manifest {path}",
        "{key}",
        "nothing",
        "add this key",
    ),
    "manifest.wrong_type": (
        "Reading {key} in {path}",
        "{expected}",
        "{kind}",
        "correct the value (and put texts in quotes)",
    ),
    "manifest.choice": (
        "Reading {key} in {path}",
        "{allowed}",
        "{value}",
        "choose a value of the list",
    ),
    "manifest.schema": (
        "Reading the manifest {path}",
        "schema: {known}",
        "schema: {value}",
        "use a version of the collection that knows this schema",
    ),
    "manifest.other_version": (
        "Reading the manifest {path}",
        "version: {expected}, as the file's name",
        "version: {value}",
        "correct the file or its name",
    ),
    "manifest.unknown_version": (
        "Looking for version {version}",
        "a manifest in {path} ({known})",
        "none",
        "choose a version of the list, or write its manifest",
    ),
    "manifest.none_of_type": (
        "Looking for the latest version of type {update_type}",
        "a manifest in {path}",
        "none",
        "write a manifest, or check benevoclic_releases_dir",
    ),
    "manifest.no_folder": (
        "Reading the releases folder {path}",
        "a folder",
        "nothing",
        "set benevoclic_releases_dir in the inventory",
    ),
    "migration_file.missing": (
        "Looking for migration {version}",
        "one file {version}_….py in {path}",
        "{found}",
        "add the file, or correct the manifest and benevoclic_migrations_dir",
    ),
    "plan.other_type": (
        "Planning version {version}",
        "a version of type {expected}",
        "type {found}",
        "run {found}_update.yml",
    ),
    "plan.downgrade": (
        "Planning version {version}",
        "a version not below {current}, which is served",
        "{version}",
        "to go back, run rollback.yml",
    ),
    "plan.needs_downtime": (
        "Planning version {release} without downtime",
        "migrations that the release served now can live with",
        "{file} ({phase}): {why}",
        'declare downtime: true in the manifest, mark the migration COMPATIBLE = True if it is, or move its contracting half to PHASE = "after_verified"',
    ),
    "plan.nothing_served": (
        "Planning the migration",
        "an application that tells its version, or a release verified before",
        "neither",
        "start the application, or run an update first",
    ),
    "plan.unknown_service": (
        "Planning version {version}",
        "an updatable service among {known}",
        "{name}",
        "correct the manifest or benevoclic_services",
    ),
    "plan.version_alone": (
        "Planning a migration without its release",
        "no version, or a rehearsal of migration files: -e version={version} -e dry_run=true",
        "version {version}",
        "add -e dry_run=true; the update to {version} brings its migrations by itself",
    ),
    "request.vulnerability_id": (
        "Reading the request",
        "vulnerability_id, for example CVE-2026-0001",
        "nothing",
        "pass -e vulnerability_id=…",
    ),
    "request.leftovers": (
        "Reading the extra variables",
        "name=value",
        'words left over: "{value}"',
        'give values with spaces as JSON: -e \'{{"reason": "…"}}\'',
    ),
    "request.variable": (
        "Reading the extra variables",
        "for {playbook}: {known}, or a variable of the inventory",
        "{name}",
        "correct the name: Ansible itself would have ignored it",
    ),
    "request.flag": (
        "Reading the extra variables",
        "{name}: true or false",
        '"{value}"',
        "correct the value: Ansible itself would have taken it for false",
    ),
    "request.choice": (
        "Reading the extra variables",
        "{name}: one of {known}",
        '"{value}"',
        "correct -e {name}=…",
    ),
    "request.missing": (
        "Reading the extra variables",
        "{name}, for {purpose}",
        "nothing",
        "pass -e {name}=…",
    ),
    "request.switch_in_production": (
        "Reading {name}",
        "true in production",
        "false",
        "in production backup and rollback stay on",
    ),
    "request.switch_reason": (
        "Reading {name}",
        "a reason with false",
        "none",
        "set {reason}",
    ),
}

TEXTS: dict[str, str] = {
    "plan.headline": "{flow}: {from_version} → {to_version} on {stack} ({environment})",
    "plan.unchanged": "{version} is served already and was verified: a look is enough",
    "plan.services": "services touched: {services}",
    "plan.migrations": "migrations: {migrations}",
    "plan.backup": "backup of the database, proof: {proof}",
    "plan.tests": "tests {level}: {suites}",
    "plan.stages": "stages: {stages}",
    "plan.deadline": "deadline: {deadline} ({vulnerability_id}, {severity})",
    "plan.switched_off": "switched off: {name} ({reason})",
    "plan.rollback": "back to {version}, verified by {run_id}",
    "plan.restore": "restore of the backup {backup_id}; the release that serves stays",
    "plan.downtime": "this release declares downtime: its migrations do not live beside the release served now",
    "plan.migration": "target {target}: {up} migration{up:s} to apply, {down} to take back",
    "plan.migration_rehearsal": "rehearsal of target {target}: {up} migration{up:s} to apply, {down} to take back, on a copy",
    "plan.migration_unchanged": "the database is at the target {target} already: a look is enough",
    "plan.check_mode": "--check: nothing will be done",
}
