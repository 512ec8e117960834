# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stack: services, images, files, deployment."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "stack.no_service": (
        "Reading benevoclic_services",
        "one service at least",
        "an empty table",
        "declare the services in the inventory",
    ),
    "stack.unknown_key": (
        "Reading {path}",
        "a known key: {known}",
        "an unknown key",
        "correct its name in the inventory",
    ),
    "stack.wrong_type": (
        "Reading {path}",
        "a value of type {expected}",
        "{found}",
        "correct the value in the inventory",
    ),
    "stack.missing_key": (
        "Reading {path}",
        "a value",
        "nothing",
        "add it to the service, or to the defaults of the services",
    ),
    "stack.edge_url": (
        "Reading edge.maintenance.directory ({directory})",
        "edge.url as well, the address at which users would see the maintenance page",
        "nothing",
        "add benevoclic_edge.url, or take maintenance away",
    ),
    "stack.two_ways": (
        "Reading {path}",
        "image_variable or image_tag (one of them), or else updatable: false",
        "{found}",
        "choose how a version gets into this service",
    ),
    "stack.unknown_service": (
        "Looking for the service {name}",
        "one of the stack's services: {known}",
        "an unknown service",
        "correct the manifest or the inventory",
    ),
    "stack.not_updatable": (
        "Updating the service {name}",
        "a service that the inventory lets be updated",
        "updatable: false",
        "take it out of the manifest, or change the inventory",
    ),
    "stack.no_image": (
        "Updating the service {service}",
        "an image in the plan",
        "nothing",
        "correct the manifest of the release",
    ),
    "stack.unreadable_inspect": (
        "Reading what Docker says (docker {kind} inspect)",
        "the JSON that Docker usually writes",
        "{found}",
        "check the version of the Docker engine",
    ),
    "stack.would_touch_others": (
        "Dry run of docker compose up of {services} in the project {project}",
        "no other service touched",
        "{others}",
        "apply that pending change first (docker compose up -d), or take it back",
    ),
    "stack.shared_definition": (
        "Updating {service} by {target}",
        "no other service that depends on it",
        "also used by {others}, which the next docker compose up -d would recreate",
        "declare {others} in the inventory and in the manifest, or give them a variable of their own",
    ),
    "stack.not_the_definition": (
        "Updating {service} by {target}",
        "an image of this service made from {target} in the project {project}",
        "an image that does not depend on it",
        "correct image_variable or image_tag in the inventory, or the Compose file",
    ),
    "envfile.missing": (
        "Looking for the variable {name} in {path}",
        "a line {name}=…",
        "none",
        "add the variable with the present image, or correct image_variable in the inventory",
    ),
    "envfile.value": (
        "Writing {name} in {path}",
        "an image reference",
        '"{found}"',
        "correct the image in the manifest of the release",
    ),
    "image.absent": (
        "Looking for the image {image} on this engine",
        "a present image",
        "none",
        "run the update again: its preflight pulls the images",
    ),
    "image.other_digest": (
        "Checking the image {image}",
        "the digest {expected}",
        "{found}",
        "check what was pushed to the registry, then correct the manifest",
    ),
    "image.other_id": (
        "Checking the image {image}",
        "the image {expected}",
        "{found}",
        "the registry no longer serves that image: bring it back, or choose another version",
    ),
    "image.pull_failed": (
        "Pulling the image {image}",
        "an image pulled",
        "{found}",
        "check its name, the registry and the access rights (docker login)",
    ),
    "compose.version_unreadable": (
        "Reading the version of Docker Compose",
        "a version such as 2.26.1",
        '"{found}"',
        "install Docker Compose v2",
    ),
    "compose.config_unreadable": (
        "Reading the configuration of the project {project}",
        "the JSON of docker compose config",
        "something else ({found})",
        "check the version of Docker Compose (2.17 or newer)",
    ),
    "compose.dry_run_unreadable": (
        "Dry run of docker compose up in the project {project}",
        "a line a container",
        "none that is known",
        "check the version of Docker Compose; nothing was changed",
    ),
    "compose.volume_at_stake": (
        "Dry run of docker compose up in the project {project}",
        "no volume recreated",
        "the volume {volume} would be recreated and its data lost",
        "put the definition of the volume back as it was",
    ),
    "service.not_up": (
        "Starting {service}",
        "a running and healthy container within {seconds} s",
        "{container}: {status}, exit code {exit_code}, {restarts} restart{restarts:s} ({said}). Last lines: {log}",
        "mend the cause that those lines give",
    ),
    "service.crashed": (
        "Starting {service}",
        "a container that goes on running",
        "{container} stops: {status}, exit code {exit_code}, {restarts} restart{restarts:s}. Last lines: {log}",
        "mend the cause that those lines give",
    ),
    "service.other_image": (
        "Checking the image of {service} after its start",
        "{expected}",
        "{found}",
        "find out who else changes this image, then run again",
    ),
    "config.copy_missing": ("Putting {path} back", "its copy {copy}", "no file", "put this file back by hand"),
    "config.copy_damaged": (
        "Putting {path} back",
        "an intact copy in {copy}",
        "another content",
        "put this file back by hand",
    ),
    "release.no_tuple": (
        "Going back to the run {run_id}",
        "its file {which}.json",
        "nothing",
        "choose another version: status.yml shows them",
    ),
}

TEXTS: dict[str, str] = {
    "stack.deployed": "{service}: {before} → {after} ({seconds} s)",
    "stack.kept": "{service}: {after}, served already",
    "stack.would_deploy": "{service}: {before} → {after} (container recreated)",
    "stack.would_pull": "{service}: {before} → {after} (image to be pulled)",
    "stack.captured": "State recorded: version {version}, {services} service{services:s}, {files} file{files:s}",
    "stack.captured_unhealthy": "State recorded: version {version}; the site does not answer everywhere",
    "stack.restored": "{service}: back to {reference}",
    "stack.file_restored": "{path}: content put back",
    "stack.nothing_to_restore": "Nothing to put back: everything is in place already",
    "stack.seen": "Version {version} serves: {services}",
    "stack.seen_unhealthy": "Version {version}: {services}; the site does not answer everywhere",
}
