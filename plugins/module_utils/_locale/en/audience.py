# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is addressed: audiences, channels held back, and the announcement of an update."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "audience.unknown": (
        "Reading the audiences of the notifications",
        "one of: {allowed}",
        '"{name}"',
        "correct benevoclic_notification_audiences; nothing was sent",
    ),
    "audience.form": (
        "Reading {path} of the notifications",
        "enabled (true, false) and channels (a list of names)",
        "{found}",
        "correct the inventory; nothing was sent",
    ),
    "audience.shared": (
        "Reading the audiences of the notifications",
        "a channel for one audience only",
        '"{channel}" is in several lists',
        "keep it in one, each audience has its own words; nothing was sent",
    ),
    "audience.channel_unknown": (
        "Reading {path} of the notifications",
        "names of channels among: {known}",
        '"{channel}"',
        "correct this name, or add the channel to benevoclic_notification_channels; nothing was sent",
    ),
    "announce.at_form": (
        "Reading the date of the update (at)",
        "an ISO 8601 date with a T, such as 2026-12-01T22:00 or 2026-12-01T22:00+01:00",
        '"{value}"',
        "correct -e at=...; nothing was sent",
    ),
    "announce.at_gap": (
        "Reading the date of the update (at)",
        "a time that exists in the zone {zone}",
        "{value} is skipped when clocks go forward",
        "choose another time, or write the offset; nothing was sent",
    ),
    "announce.at_twice": (
        "Reading the date of the update (at)",
        "a time that exists once in the zone {zone}",
        "{value} exists twice, as clocks go back",
        "write the one you mean: {choices}; nothing was sent",
    ),
    "announce.too_early": (
        "Announcing {version} for {at}",
        "an announcement at most {longest} before",
        "it is too early",
        "run it again from {next_at} on; nothing was sent",
    ),
    "announce.too_late": (
        "Announcing {version} for {at}",
        "an announcement at least {lead} before, so until {until}",
        "it is too late to give that notice",
        "choose a date from {earliest} on, or consent by the variable override_calendar with its reason; nothing was sent",
    ),
    "announce.past": (
        "Announcing {version} for {at}",
        "a date to come",
        "that date is past, it is too late",
        "give another date; nothing was sent",
    ),
}

TEXTS: dict[str, str] = {
    "notify.held.kind": "this channel does not serve the status {status}",
    "notify.held.route": "routes does not name it for {status}",
    "notify.held.switch": "timing.{switch} is false",
    "notify.held.quiet": "quiet hours ({hours})",
    "notify.held.audience_off": "audience switched off: {audience}",
    "notify.held.not_for_them": "this message does not concern this audience: {audience}",
    "notify.audience_empty": "Notification: audience enabled without a channel, nobody in it is informed: {audience}",
    "notify.line.held": "Notification: {channel} is not informed, {reason}",
    "notify.previewed": "Preview written, nothing is sent: {path}",
    "announce.line.announcement": "Announcement of {version} for {at}: now is the time",
    "announce.line.reminder": "Reminder of {version} for {at}: now is the time",
    "announce.line.told": "{version} announced already for {at}, nothing to send now",
    "announce.line.next": "Next message: reminder from {next_at} on",
    "announce.line.none": "No other message before the update",
    "announce.line.late": "Late announcement, notice of {lead} not given, consented: {consent}",
    "announce.line.zone": "at without an offset: read as the time of {zone}",
    "announce.line.trial": "Not in a trial, this would be refused: {reason}",
}
