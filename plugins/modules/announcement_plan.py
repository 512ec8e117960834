#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: announcement_plan
short_description: Says whether the announcement of an update is due
version_added: 0.1.0
description:
  - Compares now with the date of the update, the lead time that the policy demands for its kind, and the team's reminder.
  - An announcement is due between the longest and the shortest lead time, a quarter of it late at most; an urgent security
    update at any time. The reminder is due from O(timing) hours before on, where the notice is longer than that.
  - Too early, too late and a date in the past fail and say when. What was announced already is no failure.
  - Runs on the controller, where the manifests are, and starts no process on the host. Nothing is sent.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.run
options:
  version:
    description: The release, which has a manifest. Text; YAML reads an unquoted 1.10 as a number, which is refused.
    type: raw
    required: true
  at:
    description:
      - When the update is planned, ISO 8601 with a C(T), such as V(2026-12-01T22:00+01:00).
      - Without an offset it is a time of the zone of O(timing), and is refused when the clocks there skip it or show it twice.
    type: raw
    required: true
  severity:
    description: Severity of the vulnerability of a security update, unless the manifest says it.
    type: str
    default: ''
  vulnerability_id:
    description: Its id, unless the manifest says it.
    type: str
    default: ''
  releases_dir:
    description: Folder of the controller with one manifest a release.
    type: path
    required: true
  timing:
    description: As for M(benevoclic.updates.notification_send); C(pre_update) and C(timezone) are used.
    type: raw
    default: {}
  override_calendar:
    description: Why an announcement that leaves less time than the policy demands is made all the same.
    type: str
    default: ''
  announcements:
    description: What was announced already, as M(benevoclic.updates.announcement_record) returned it.
    type: list
    elements: dict
    default: []
seealso:
  - module: benevoclic.updates.announcement_record
  - module: benevoclic.updates.notification_send
"""

EXAMPLES = r"""
- name: See what is due
  benevoclic.updates.announcement_plan:
    version: "1.2.0"
    at: 2026-12-01T22:00+01:00
    releases_dir: /srv/deployment/releases
  register: planned
"""

RETURN = r"""
answer:
  description: V(due), or V(told) when it was announced and nothing is due now. Of what is refused in check mode, also
    V(too_early) and V(too_late).
  returned: success
  type: str
due:
  description: Whether a message is to be sent, or in check mode previewed.
  returned: success
  type: bool
message:
  description: V(announcement) or V(reminder).
  returned: success
  type: str
at:
  description: The date of the update in UTC.
  returned: success
  type: str
next_at:
  description: When the next message is due, or none.
  returned: success
  type: str
already:
  description: Results of what was sent for that version and date, for M(benevoclic.updates.notification_send).
  returned: success
  type: list
  elements: dict
update_type:
  description: Type of the release.
  returned: success
  type: str
communication:
  description: What its manifest says for the announcement, and the date.
  returned: success
  type: dict
announced:
  description: Version, severity, vulnerability and policy, for the message.
  returned: success
  type: dict
lines:
  description: What the timeline shows.
  returned: success
  type: list
  elements: dict
"""
