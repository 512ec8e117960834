# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight checks and test suites."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "preflight.failed": (
        "Checks before the update",
        "none failed",
        "{count} failed: {failures}",
        "mend them, then run again; nothing was changed",
    ),
    "preflight.no_plan": (
        "Checks before the update",
        "a plan (option plan) or an open run (option run_id)",
        "neither",
        "give the plan that the plan action returned",
    ),
    "suite.no_service": (
        "Looking for the service that holds the tests",
        "one of {known}",
        '"{name}"',
        "correct the key tests.service of the inventory",
    ),
    "suite.no_container": (
        "Reading the npm scripts of {service}",
        "a container of this service",
        "none",
        "start the service, or choose another tests.service",
    ),
    "suite.no_package": (
        "Reading package.json in the image {image}",
        "that file in the image's working folder",
        "{found}",
        "check the image, or choose tests.runner: host",
    ),
    "suite.bad_package": (
        "Reading the npm scripts of {place}",
        "JSON with a table scripts",
        "something else",
        "correct package.json",
    ),
    "suite.no_directory": (
        "Test suites without an open run",
        "the folder that holds package.json (option directory)",
        "none",
        "give that folder (benevoclic_tests_directory)",
    ),
    "suite.failed": (
        "Test suite {suite}",
        "status 0",
        "status {status}: {output}",
        "the release is not good enough: mend it, or mend the test",
    ),
    "suite.timeout": (
        "Test suite {suite}",
        "an end within {seconds} s",
        "it was still running and was stopped",
        "raise tests.timeout_seconds if the suite is long, else look for what blocks it",
    ),
}

TEXTS: dict[str, str] = {
    "preflight.error": "{attempted}: expected {expected}; found {found}",
    "preflight.disk": "disk ({paths}): {percent} % used (limit {limit} %), {available} free for {needed} needed",
    "preflight.disk_percent": "disk full to {percent} % with a limit of {limit} % ({paths}): free some space",
    "preflight.disk_bytes": "disk too small ({paths}): {available} free, {needed} needed by this update",
    "preflight.disk_inodes": "inodes used to {inodes} % with a limit of {limit} % ({paths}): remove small files",
    "preflight.memory": "memory: {percent} % used (limit {limit} %)",
    "preflight.memory_percent": "memory used to {percent} % with a limit of {limit} %, {available} available",
    "preflight.engine": "Docker {engine}, Compose {compose}",
    "preflight.engine_down": "the Docker engine does not answer ({found}): start it, or add the account to the group docker",
    "preflight.compose_absent": "no Docker Compose v2 ({found}): install version {wanted} or newer",
    "preflight.compose_old": "Docker Compose {found} is too old: install version {wanted} or newer",
    "preflight.application": "the application answers ({checks})",
    "preflight.application_silent": "the application does not answer ({found}): mend it before updating it",
    "preflight.application_silent_accepted": "the application does not answer ({found}); a security update goes on",
    "preflight.application_unknown": "no address to ask: give benevoclic_edge.url or the probe of a service",
    "preflight.images": "images present ({images})",
    "preflight.images_known": "images available ({images}), about {size} to download",
    "preflight.image_unavailable": "the image {image} of {service} cannot be had: {found}",
    "preflight.files": "{count} configuration file{count:s} present and valid",
    "preflight.file_missing": "the file {path} does not exist",
    "preflight.file_unreadable": "the file {path} cannot be read by this account",
    "preflight.folder_unwritable": "the folder {folder} cannot be written by this account: {path} could not be changed; give it to the account that runs the updates (chown)",
    "preflight.variable_missing": "the variable {name} is not in {path}",
    "preflight.compose_invalid": "the Compose files of the project {project} are not valid: {found}",
    "preflight.recreate": "would be recreated, and nothing else: {services}",
    "preflight.recreate_none": "nothing would be recreated",
    "preflight.fence": "maintenance page ready ({path})",
    "preflight.fence_stops": "the downtime stops {services}, without a maintenance page",
    "preflight.fence_no_page": "no maintenance page: {services} are stopped until the deployment, then users write; if the release fails after that, going back would lose their writes ({files} is irreversible) and will ask for -e rollback_database=restore. To avoid it, give benevoclic_edge.maintenance.directory",
    "preflight.fence_missing": "the folder of the maintenance page {path} does not exist and this account cannot make it in {parent}: run bootstrap.yml again, or correct benevoclic_edge.maintenance.directory",
    "preflight.fence_not_a_folder": "the maintenance page needs a folder, {path} is a file: correct benevoclic_edge.maintenance.directory",
    "preflight.fence_unwritable": "the folder of the maintenance page {path} cannot be written by this account: give it to the account that runs the updates (chown)",
    "preflight.fence_unreadable": "the folder of the maintenance page {path} has mode {mode}, nginx cannot read it and this account cannot change it: chmod 755",
    "preflight.fence_edge_stopped": "the service {service} answers at the address of the edge {url} and would be stopped: the maintenance page too; give benevoclic_edge.service: {service}",
    "preflight.scripts": "npm scripts present ({suites})",
    "preflight.scripts_missing": "npm scripts missing from {place}: {missing}; present: {known}",
    "preflight.scripts_later": "npm scripts not checked: the image is not on this machine yet",
    "preflight.database": "privileges proved on the database {database} ({count})",
    "preflight.database_account": "no MongoDB administration account: give benevoclic_mongodb_admin_uri",
    "preflight.migrations": "migrations loaded on trial ({count})",
    "suite.passed": "{suite} passed in {seconds} s",
    "suite.would_run": "Would run {suites}",
    "suite.none": "no suite to run",
}
