# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, commands, HTTP, versions."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "file.unreadable": ("Reading {path}", "a readable file", "{found}", "check the path and the permissions"),
    "file.not_utf8": (
        "Reading {path}",
        "text in UTF-8",
        "line {line}: another encoding",
        "save the file as UTF-8",
    ),
    "file.unwritable": (
        "Writing {path}",
        "a writable folder",
        "{found}",
        "check space and permissions, or run the bootstrap playbook",
    ),
    "file.not_json": ("Reading {path}", "JSON", "{found}", "the file is damaged: bring it back, or move it aside"),
    "command.missing": (
        'Starting "{command}"',
        "an installed program",
        "{found}",
        "install it, or run the bootstrap playbook",
    ),
    "command.timeout": (
        'Running "{command}"',
        "an end within {seconds} s",
        "it was still running and was stopped",
        "look at the load of the machine and at the Docker engine",
    ),
    "command.failed": (
        'Running "{command}"',
        "status 0",
        "status {status}: {output}",
        "mend the cause given, then run again",
    ),
    "http.no_answer": (
        "Request to {url}",
        "an answer",
        "{found}",
        "check that the service runs and that the address is right",
    ),
    "url.invalid": (
        "Reading the address {url}",
        "http://… or https://…",
        "another form",
        "correct the address in the inventory",
    ),
    "version.not_text": (
        "Reading the version {value}",
        'text such as "1.10.0"',
        "a value of type {kind}",
        "put the version in quotes: YAML reads 1.10 as the number 1.1",
    ),
    "version.not_semantic": (
        'Reading the version "{value}"',
        "MAJOR.MINOR.PATCH, for example 1.1.0",
        '"{value}"',
        "give a semantic version",
    ),
}

TEXTS: dict[str, str] = {
    "error.sentence": "{attempted}: expected {expected}; found {found}. Next: {next}.",
}
