# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications: what people receive, and what the operator reads about the sending."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "notify.status_unknown": (
        "Reading the status of the notification",
        "one of: {allowed}",
        '"{status}"',
        "correct the status; nothing was sent",
    ),
    "notify.value_unknown": (
        "Reading {name} of the notification",
        "one of: {allowed}",
        '"{value}"',
        "correct the value, in upper or lower case as listed; nothing was sent",
    ),
    "notify.fields_invalid": (
        "Reading the fields of the notification",
        "a dictionary, or a list of name and value",
        "a value of type {found}",
        "correct fields; nothing was sent",
    ),
    "notify.option_invalid": (
        "Reading the option {name} of the notification",
        "{expected}",
        "{found}",
        "correct the option; nothing was sent",
    ),
    "notify.channel_invalid": (
        "Reading {path} of the notification channels",
        "a value of type {expected}",
        "a value of type {found}",
        "correct the inventory; nothing was sent",
    ),
    "notify.channel_missing": (
        "Reading {path} of the notification channels",
        "a text",
        "nothing",
        "give every channel a name and a kind; nothing was sent",
    ),
    "notify.channel_unknown": (
        "Reading {path} of the notification channels",
        "the keys {allowed}",
        "also: {keys}",
        "remove or correct these keys in the inventory; nothing was sent",
    ),
    "notify.channel_twice": (
        "Reading the notification channels",
        "another name for every channel",
        'several channels named "{channel}"',
        "rename one in the inventory; nothing was sent",
    ),
    "notify.kind_unknown": (
        'Reading the notification channel "{channel}"',
        "one of the kinds: {allowed}",
        '"{kind}"',
        "correct the inventory; nothing was sent",
    ),
    "notify.webhook_invalid": (
        'Reading the address of the channel "{channel}" ({kind})',
        "{form}",
        "an address of another form (not shown: it is a secret)",
        "copy the webhook's address from the settings of the service; nothing was sent",
    ),
    "notify.file_invalid": (
        'Reading the file of the channel "{channel}"',
        "an absolute path",
        '"{found}"',
        "correct the inventory; nothing was sent",
    ),
}

TEXTS: dict[str, str] = {
    "notify.reason.status": "the service answers {status}",
    "notify.reason.rate": "the service asks to wait longer than the time allowed ({status})",
    "notify.reason.webhook": "the webhook is gone or forbidden ({status}): make another",
    "notify.reason.refused": "message refused ({status}): {answer}",
    "notify.reason.no_answer": "no answer ({cause})",
    "notify.reason.slow": "no answer within the time allowed",
    "notify.reason.error": "{cause}",
    "notify.reason.internal": "internal error ({cause})",
    "notify.reason.disabled": "channel switched off",
    "notify.reason.no_address": "channel without an address",
    "notify.line.sent": "Notification: {channel} informed",
    "notify.line.would_send": "Notification: {channel} would be informed",
    "notify.line.skipped": "Notification: {channel} is not informed, {reason}",
    "notify.line.failed": "Notification: {channel} could not be informed, {reason}; the update goes on",
    "notify.internal": "Notification: internal error ({cause}); nothing else is touched",
}
