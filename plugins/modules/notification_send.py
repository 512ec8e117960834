# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation; the work is done on the controller by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: notification_send
short_description: Tell people about an update
version_added: 0.1.0
description:
  - Sends one message about an update through every channel that is switched on, all at the same time.
  - It runs on the controller, where the secrets are; nothing runs on the host.
  - A dead or slow channel never fails the task. It gives a warning line and its result says why.
    The task fails on bad input only.
  - A message is never sent in check mode.
author:
  - Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.run
  - benevoclic.updates.attributes
attributes:
  check_mode:
    support: full
    details: Nothing is sent, RV(preview) says what would be.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: Every call sends.
options:
  channels:
    description:
      - The channels, each under a name of its own.
      - Without any, the environment variable E(DISCORD_WEBHOOK) of the controller makes one.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the channel, as it is shown.
        type: str
        required: true
      kind:
        description: What it is. V(log) appends a line of JSON to a file of the controller.
        type: str
        choices: [discord, log]
        required: true
      url:
        description:
          - Address of the Discord webhook. It is a secret, so give it by an encrypted variable, never in a playbook.
          - The first Discord channel that has none uses E(DISCORD_WEBHOOK). A channel left without one is skipped.
        type: str
      file:
        description: Absolute path of the file of a V(log) channel.
        type: path
      enabled:
        description: Whether it is used.
        type: bool
        default: true
      required:
        description: Whether people count on it. A channel that is required and has no address gives a warning.
        type: bool
        default: false
  status:
    description: What is told.
    type: str
    choices: [announced, pre_update, in_progress, success, warning, error, rollback, incident, resolved]
    required: true
  update_type:
    description: The kind of update, part of the title.
    type: str
    choices: [security, feature, maintenance, migration, dependency, rollback, incident]
  message:
    description:
      - Text that follows the sentence made from O(status).
      - It is shown as text, and cut where a provider limits it.
    type: str
  fields:
    description: Further facts, as a dictionary or as a list of C(name) and C(value); the most important first.
    type: raw
  environment:
    description: Name of the environment.
    type: str
  from_version:
    description: The release before. Text; YAML reads an unquoted 1.10 as a number, which is refused.
    type: str
  to_version:
    description: The release that is told about.
    type: str
  vulnerability_id:
    description: The vulnerability that a security update closes.
    type: str
  severity:
    description: Its severity, or the incident's.
    type: str
    choices: [CRITICAL, HIGH, MEDIUM, LOW]
  deadline:
    description: When a security update is due, V(IMMEDIATE), V(WITHIN_2H), V(WITHIN_24H), V(WITHIN_WEEK) or any text.
    type: str
  reason:
    description: Why, for O(status=rollback), O(status=error), O(status=warning) and O(status=incident).
    type: str
  budget_seconds:
    description: Seconds that each channel may take in all, with its retries; the channels wait at the same time.
    type: float
    default: 10
"""

EXAMPLES = r"""
- name: Tell that the update begins
  benevoclic.updates.notification_send:
    channels:
      - name: "#updates"
        kind: discord
        url: "{{ vault_discord_updates }}"
      - name: journal
        kind: log
        file: /var/log/benevoclic/notifications.jsonl
    status: pre_update
    update_type: security
    to_version: "1.1.1"
    environment: production
    vulnerability_id: CVE-2026-0001
    severity: CRITICAL
    deadline: IMMEDIATE
"""

RETURN = r"""
results:
  description: One entry a channel, in the order given. No secret is in it.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Name of the channel., type: str, returned: always}
    kind: {description: Its kind., type: str, returned: always}
    outcome: {description: "V(sent), V(would_send) (check mode), V(skipped) or V(failed).", type: str, returned: always}
    reason: {description: "Why it was skipped or failed, for people.", type: str, returned: always}
    target: {description: "Host and number of the webhook, or the file.", type: str, returned: always}
    attempts: {description: How often it was tried., type: int, returned: always}
    seconds: {description: How long it took., type: float, returned: always}
    required: {description: Whether people count on it., type: bool, returned: always}
  sample: [{"name": "#updates", "kind": "discord", "outcome": "sent", "reason": "", "target": "discord.com #123",
            "attempts": 1, "seconds": 0.21, "required": false}]
lines:
  description: What the timeline shows.
  returned: success
  type: list
  elements: dict
preview:
  description: The messages by channel, as they would be sent.
  returned: in check mode
  type: dict
stage:
  description: The stage of the update that the message belongs to, V(notify) outside of one.
  returned: success
  type: str
status:
  description: The status that was told.
  returned: success
  type: str
"""
