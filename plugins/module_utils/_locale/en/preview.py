# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preview of notifications: what would be sent."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {}

TEXTS: dict[str, str] = {
    "notify.preview.title": "Preview of the notifications",
    "notify.preview.nothing_sent": "Nothing was sent.",
    "notify.preview.held": "Channels that would not be informed",
    "notify.preview.nothing": "Nothing to show: the channel is off or has no recipient.",
    "notify.preview.sms": "{count} character{count:s}, {segments} SMS",
}
