# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gates, version proofs, watch."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "gate.not_reached": (
        "Waiting for good answers ({checks})",
        "good answers {consecutive} times in a row within {deadline} s",
        "after {attempts} attempt{attempts:s}: {found}",
        "read the service's log (docker compose logs), mend it, then run again",
    ),
    "gate.no_check": (
        "Waiting for good answers",
        "at least one check (url or checks)",
        "none",
        "give an address to ask",
    ),
    "gate.bad_check": ("Reading the check {path}", "{expected}", "another value", "correct this key"),
    "gate.bad_setting": (
        "Reading the setting {path}",
        "a number above 0, among the keys {known}",
        "{found}",
        "correct the inventory",
    ),
    "proof.moving_version": (
        "Proof of the version of {target}",
        "a precise version, for example 1.1.0",
        '"{version}", which means another one tomorrow',
        'give the version that "{version}" means today',
    ),
    "proof.none": (
        "Proof of the version of {target}",
        "at least one way to know it (url, image, label or command)",
        "none",
        "complete the key version of this service in the inventory",
    ),
    "proof.mismatch": (
        "Proof of the version of {target} ({kind})",
        "{expected}",
        "{found}",
        "check that the published image does contain this version",
    ),
    "proof.no_answer": (
        "Reading the version of {target} at its address",
        "{expected}",
        "no answer ({found})",
        "check the version address in the inventory and the service's log",
    ),
    "proof.bad_status": (
        "Reading the version of {target} at its address",
        "{expected}, with a status from 200 to 299",
        "{found}",
        "check the version address in the inventory and the service's log",
    ),
    "proof.not_json": (
        "Reading the version of {target} at its address",
        "JSON that holds {expected}",
        '"{found}"',
        "check the version address: it must answer JSON",
    ),
    "proof.no_field": (
        "Reading the version of {target} at its address",
        "a text field equal to {expected}",
        '"{found}", without that field',
        "check the key field of the version in the inventory",
    ),
    "proof.no_container": (
        "Proof of the version of {target} ({kind})",
        "a running container",
        "none",
        "look at docker compose ps and at the service's log",
    ),
    "proof.no_label": (
        "Reading the version label of the image of {target}",
        "{expected}",
        "no label {found}",
        "add the label to the image, or correct the key label in the inventory",
    ),
    "proof.command_failed": (
        "Version command in the container of {target}",
        "{expected}",
        "a failure: {found}",
        "correct the key command in the inventory",
    ),
    "proof.command_junk": (
        "Version command in the container of {target}",
        "a single line: {expected}",
        '"{found}"',
        "the command must write the version only: correct the key command in the inventory",
    ),
    "watch.bad_setting": (
        "Reading the setting {path}",
        "a positive number, or for paths a list of paths that begin with /",
        "{found}",
        "correct the inventory",
    ),
    "watch.no_edge": (
        "Watch after the change",
        "the address of the edge (edge.url), or the probe of a service",
        "neither",
        "give benevoclic_edge.url in the inventory",
    ),
    "watch.failures": (
        "Watch of {seconds} s after the change",
        "at most {percent} % of requests failed",
        "{failed} of {sent} failed after {after} s; the last: {last}",
        "read the services' logs: the release answers badly",
    ),
    "watch.restarts": (
        "Watch of {seconds} s after the change",
        "running containers, at most {max_restarts} restart{max_restarts:s}",
        "after {after} s: {containers}",
        "read the log of these containers: the release stops by itself",
    ),
}

TEXTS: dict[str, str] = {
    "gate.reached": "Good answers {consecutive} times in a row in {seconds} s: {checks}",
    "proof.line": "{target}: {found}, proved by {kinds}",
    "proof.kind.url": "its version address",
    "proof.kind.image": "its image",
    "proof.kind.label": "its label",
    "proof.kind.command": "a command",
    "watch.good": "{sent} requests in {seconds} s, none failed, {restarts} restart",
    "watch.some_failed": "{sent} requests in {seconds} s, {failed} failed, {gap} s without a good answer, {restarts} restart",
}
