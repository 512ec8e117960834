# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: lock, journal, ledger, rollback."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "stack.name": (
        'Reading the stack\'s name "{value}"',
        "letters, digits, dots, dashes (63 at most)",
        '"{value}"',
        "correct benevoclic_stack in the inventory",
    ),
    "stack.none": (
        "Looking for the state of the stack",
        "the stack's name (option stack)",
        "nothing",
        "pass stack, or set benevoclic_stack",
    ),
    "run.id": (
        'Reading the run id "{value}"',
        "the form 20261122T071500Z-feature-1.1.0",
        '"{value}"',
        "take it as status.yml shows it",
    ),
    "state.missing": (
        "Opening the state folder {path}",
        "a folder made by bootstrap",
        "nothing",
        "run ansible-playbook playbooks/bootstrap.yml",
    ),
    "state.unusable": (
        "Opening {path}",
        "a file that this account may write",
        "{found}",
        "run ansible-playbook playbooks/bootstrap.yml, or use the account benevoclic_user",
    ),
    "journal.broken": (
        "Reading {path}",
        "an intact chain of records",
        "line {line} does not follow the one before",
        "the file was edited or damaged: keep it, find out by whom, and decide by hand",
    ),
    "operation.unknown": (
        "Undoing the operation {name}",
        "an operation that this version of the collection knows",
        "{name}",
        "use the version of the collection that opened this run",
    ),
    "lock.busy": (
        "Taking the stack's lock",
        "a free lock",
        "run {run_id} ({reason}, version {version}) of {owner} on {host}, since {since}, at work right now",
        "wait for its end, or look at status.yml",
    ),
    "lock.run_unfinished": (
        "Opening a run",
        "no unfinished run",
        '{run_id} ({reason}, version {version}) of {owner} on {host}, since {since}, state "{state}", last sign of life {silent_seconds} s ago',
        "wait for its end; if its controller is dead, run rollback.yml, which takes it over and goes back",
    ),
    "run.latched": (
        "Opening a run",
        "a stack whose last run ended verified",
        "{run_id} ended in a failed rollback",
        "look at status.yml, mend, then run rollback.yml",
    ),
    "run.unknown": (
        "Going on with run {run_id}",
        "a folder of that name in {path}",
        "nothing",
        "take the id as status.yml shows it",
    ),
    "run.not_holder": (
        "Acting for run {run_id}",
        "that it holds the lock",
        "the lock belongs to {holder}",
        "this run ended or was taken over: look at status.yml",
    ),
    "run.wrong_state": (
        "Acting for run {run_id}",
        "a state that allows it",
        'state "{state}"',
        "this run ended or is going back: look at status.yml",
    ),
    "run.none": (
        "Acting without a run",
        "an open run",
        "none",
        "pass run_id, as run_open returns it",
    ),
    "rollback.no_target": (
        "Looking for the version to go back to",
        "a version verified before this one",
        "none in the ledger",
        "there is nothing to go back to",
    ),
    "rollback.unknown_version": (
        "Going back to version {version}",
        "a verified version: {known}",
        "{version}",
        "choose a version of the list",
    ),
    "rollback.switched_off": (
        "Rolling back",
        "a rollback that is allowed",
        "benevoclic_rollback_enabled is false ({reason})",
        "decide by hand, or run rollback.yml with benevoclic_rollback_enabled true",
    ),
    "rollback.undo_failed": (
        "Rolling back",
        "every operation undone",
        "{operations} failed ({cause})",
        "mend the cause, then run rollback.yml again",
    ),
    "module.unexpected": (
        "Running {module}",
        "a foreseen end",
        "{found}",
        "this is a defect of the collection: report it with this line",
    ),
    "library.missing": (
        "Loading the Python library {name}",
        "{name} on this host",
        "nothing in {path}",
        "run ansible-playbook playbooks/bootstrap.yml",
    ),
    "library.too_old": (
        "Loading the Python library {name}",
        "{wanted} or newer on this host",
        "{found}",
        "run ansible-playbook playbooks/bootstrap.yml",
    ),
}

TEXTS: dict[str, str] = {
    "state.new_verified": "version {version} is served and verified",
    "state.old_verified": "version {version} is served again and verified",
    "state.unchanged": "version {version} was served already; verified, nothing was changed",
    "state.untouched": "nothing was changed; version {version} is still served",
    "state.unknown": "the rollback could not be verified: decide by hand",
    "next.fix_and_rerun": "mend the cause, then run the same command again",
    "next.rollback": "ansible-playbook playbooks/rollback.yml",
    "next.status": "ansible-playbook playbooks/status.yml",
    "run.opened": "run {run_id} opened",
    "run.undo_nothing": "nothing had been changed: nothing to undo",
    "run.undone": "{count} operation{count:s} undone, version {version} verified",
    "status.free": "lock free, no run under way",
    "status.owner": '{run_id} ({flow}) of {owner} on {host}, since {since}: state "{state}", stage "{stage}", last sign of life {silent_seconds} s ago',
    "status.operations": "operations: {done} done, {begun} begun, {undone} undone",
    "status.last": "last: {run_id} {outcome} ({from_version} → {to_version})",
    "status.none": "no run in the ledger",
    "status.latched": "latched by a failed rollback: {run_id}",
    "status.take_over": "if its controller is dead: ansible-playbook playbooks/rollback.yml",
    "reason.default": "Update failed",
}
