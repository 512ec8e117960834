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
  - The same message is sent once for a run, whoever repeats or recovers the run, see O(once_per).
  - Discord has one message an update, edited by V(in_progress) and V(success). What went wrong is a message of its own.
  - What a provider would refuse is cut to its limits, the log first and from its beginning, the cause of a failure last.
  - The team's channels read everything. Users, partners and the public, see O(audiences), read their own words, in which
    there is no host name, trace or internal version.
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
    support: partial
    details: The same message is sent once for a run. Without O(run_id) and O(once_per) every call sends.
options:
  channels:
    description:
      - The channels, each under a name of its own.
      - Without any, the environment of the controller makes them, one for each of E(DISCORD_WEBHOOK), E(SLACK_WEBHOOK),
        E(EMAIL_RECIPIENTS) and E(SMS_RECIPIENT) that is set.
      - An address of the environment serves the first channel of its kind that has none; an account serves all of its kind.
      - A channel whose settings are incomplete is skipped with a warning, one without any in silence.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the channel, as it is shown.
        type: str
        required: true
      kind:
        description:
          - What it is.
          - V(sms) is Twilio's. It is never sent twice, not even when nobody knows whether it was sent.
          - V(webhook) posts JSON, as RV(preview) shows it in check mode. Its keys are C(schema), C(at), C(status), C(urgency),
            C(audience), C(locale), C(title), C(summary), C(message), C(fields), C(links), C(percent), C(remaining_seconds),
            C(log) and C(facts).
          - V(log) appends a line of JSON to a file of the controller.
        type: str
        choices: [discord, slack, email, sms, webhook, log]
        required: true
      url:
        description:
          - Address of the webhook (V(discord), V(slack), V(webhook)), https, or http on loopback.
            It is a secret, so give it by an encrypted variable, never in a playbook. E(DISCORD_WEBHOOK), E(SLACK_WEBHOOK).
          - For V(sms) the address of a stand-in of Twilio.
        type: str
      secret:
        description:
          - Signs what a V(webhook) is sent. The header C(X-Benevoclic-Signature) is C(sha256=) and the hexadecimal
            HMAC-SHA256 of the header C(X-Benevoclic-Timestamp) (seconds since 1970), a full stop and the body.
            A receiver compares it and refuses old timestamps.
        type: str
      to:
        description:
          - Recipients of V(email), addresses, or of V(sms), numbers such as V(+33123456789); a list, or text with commas.
            Each has a message of its own. E(EMAIL_RECIPIENTS), E(SMS_RECIPIENT).
        type: raw
      host:
        description: Mail server. E(SMTP_HOST), else E(EMAIL_SERVICE).
        type: str
      port:
        description: Its port, 587 by default, 465 for O(channels[].security=tls). E(SMTP_PORT).
        type: int
      security:
        description:
          - How the connection is encrypted. The certificate is verified, and there is no falling back to clear text.
          - V(none) is accepted for loopback only. E(SMTP_SECURITY).
        type: str
        choices: [starttls, tls, none]
        default: starttls
      user:
        description: Account of the mail server. E(SMTP_USER).
        type: str
      password:
        description: Its password. E(SMTP_PASSWORD).
        type: str
      sender:
        description: Address that the email is from. E(SMTP_SENDER), else E(SMTP_USER).
        type: str
      ca_file:
        description: File of the controller with authorities to trust beside the system's. E(SMTP_CA_FILE).
        type: path
      account:
        description: Account of Twilio. E(TWILIO_ACCOUNT).
        type: str
      token:
        description: Its token. E(TWILIO_TOKEN).
        type: str
      number:
        description: Number, or name of at most 11 letters and digits, that the SMS is from. E(TWILIO_NUMBER).
        type: str
      segments:
        description: Most parts of an SMS, 1 to 10. The text is brought to the SMS alphabet, 160 characters, then cut.
        type: int
        default: 1
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
  reminder:
    description: Whether O(status=announced) repeats an announcement shortly before the update.
    type: bool
    default: false
  audiences:
    description:
      - The external audiences. Each has its own channels, which then are no longer the team's, and its own words.
      - C(users), C(partners) and C(public), each V(true), V(false), or a dictionary of C(enabled) and C(channels), a list of
        names of O(channels). One that is enabled and has no channel gives a warning.
      - They hear of updates, database migrations, restores and rollbacks, and of incidents of severity V(HIGH) and V(CRITICAL).
    type: dict
    default: {}
  routes:
    description:
      - Status and names of the team's channels that tell it, instead of the kinds that tell it by default. These are all but
        V(sms), which is for V(error) and V(incident); V(in_progress) is not sent by V(email) either.
      - A security update goes to every kind of channel, its progress excepted.
    type: dict
    default: {}
  timing:
    description:
      - C(pre_update), hours between the reminder and the update (24); 0 for no reminder.
      - C(during_update) for V(in_progress), C(post_update) for V(success), C(on_failure) for V(error), V(rollback),
        V(incident) and V(resolved), V(true) unless they are switched off. Channels of kind V(log) are never switched off.
      - C(quiet_hours), a dictionary of C(start) and C(end) such as V(22:00) and V(07:00), in which no SMS is sent but for
        what is urgent, V(error), a serious V(incident), and bad or coming news of severity V(CRITICAL).
      - C(timezone), the zone of these hours and of the dates in messages (V(Europe/Paris)).
    type: dict
    default: {}
  templates_dir:
    description:
      - Folder of the controller with the team's own wording, one file C(<locale>/<status>.yml) or
        C(<locale>/<status>.<type>.yml), with C(external.) before the name for the words of external audiences, and
        C(reminder) as one more status.
      - A file holds any of C(title), C(subject), C(lead), C(summary), C(body) and C(fields); the rest stays as it is.
        Texts hold places such as C({version}); an unknown one is refused with the list. The file is data, never a template
        of Ansible.
    type: path
  product:
    description: Name of the application in what is sent.
    type: str
    default: Benevoclic
  support:
    description: Whom to ask, unless O(communication) says it.
    type: str
  communication:
    description:
      - What the announcement and its sequels say beside the facts. It is written for users, since all audiences read it.
      - C(at) (ISO 8601 with an offset), C(duration_minutes), C(impact) (V(none), V(low), V(medium), V(high)), C(features),
        C(fixes), C(actions) and C(notes) (lists of texts), C(support), C(description), C(ongoing), C(resolution_minutes).
    type: dict
    default: {}
  preview_dir:
    description: In check mode, folder of the controller for the preview, made when it is not there.
    type: path
  update_type:
    description: The kind of update, part of the title.
    type: str
    choices: [security, feature, maintenance, migration, dependency, rollback, restore, incident]
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
  target:
    description: What a migration or another change of the database leads to.
    type: str
  level:
    description: How far an update of dependencies goes, such as V(minor).
    type: str
  backup_id:
    description: The backup that a restore is made from.
    type: str
  documents:
    description: How many documents were processed.
    type: int
  duration_seconds:
    description: How long it took.
    type: float
  progress:
    description:
      - Where an update is, as C(stages), the names of its stages in their order, and C(stage), the one that begins.
      - It gives O(percent), and O(remaining_seconds) when O(communication) says how long the update takes.
    type: dict
    default: {}
  percent:
    description: How far it is, for O(status=in_progress), 0 to 100.
    type: float
  remaining_seconds:
    description: How long it will still take.
    type: float
  log:
    description: End of the output of what failed; for the team only, and the first thing that is cut.
    type: str
  links:
    description: Addresses to look at, as a list of C(name) and C(url), for the team only.
    type: list
    elements: dict
    default: []
  budget_seconds:
    description: Seconds that each channel may take in all, with its retries; the channels wait at the same time.
    type: float
    default: 10
  once_per:
    description:
      - What the message belongs to. The same message (status, audience, texts) is sent to the same recipient once for it.
      - The default is O(run_id). With neither, every call sends.
    type: str
  ledger_dir:
    description:
      - Folder of the controller in which is written what was sent, one file a run.
        Files that nobody wrote to for 90 days are removed.
      - The default is C(benevoclic-updates/sent) in E(XDG_STATE_HOME), else in C(~/.local/state).
    type: path
  already:
    description:
      - Results of earlier calls for the same run, as its journal holds them, in any order.
      - It is how a controller without the file of O(ledger_dir), a container or another machine, repeats nothing.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Tell that the update begins
  benevoclic.updates.notification_send:
    channels:
      - name: "#updates"
        kind: discord
        url: "{{ vault_discord_updates }}"
      - name: "#tech"
        kind: slack
        url: "{{ vault_slack_tech }}"
      - name: team
        kind: email
        host: smtp.example.org
        sender: updates@example.org
        user: updates@example.org
        password: "{{ vault_smtp_password }}"
        to: [tech@example.org, admin@example.org]
      - name: on duty
        kind: sms
        account: "{{ vault_twilio_account }}"
        token: "{{ vault_twilio_token }}"
        number: "{{ vault_twilio_number }}"
        to: "{{ vault_sms_recipient }}"
      - name: status page
        kind: webhook
        url: "{{ vault_status_page }}"
        secret: "{{ vault_status_page_secret }}"
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
    outcome:
      description: V(sent), V(would_send) (check mode), V(already_sent), V(skipped) or V(failed).
      type: str
      returned: always
    reason: {description: "Why it was skipped or failed, for people.", type: str, returned: always}
    target: {description: "Host and number of the webhook or of recipients, or the file.", type: str, returned: always}
    attempts: {description: How often it was tried., type: int, returned: always}
    seconds: {description: How long it took., type: float, returned: always}
    required: {description: Whether people count on it., type: bool, returned: always}
    incomplete: {description: Whether it has some settings and lacks others., type: bool, returned: always}
    audience: {description: Whom the message was written for., type: str, returned: always}
    delivered: {description: How many messages left now., type: int, returned: always}
    messages:
      description:
        - One a recipient, for O(already). C(key) is a digest of the message, its run and its recipient, C(thread) of its channel,
          C(outcome) V(sent), V(failed), V(unclear) or V(trying), C(receipt) the provider's name of the message.
      type: list
      elements: dict
      returned: always
  sample: [{"name": "#updates", "kind": "discord", "outcome": "sent", "reason": "", "target": "discord.com #123",
            "attempts": 1, "seconds": 0.21, "required": false, "incomplete": false, "audience": "internal", "delivered": 1,
            "messages": [{"key": "5f0c", "thread": "9a1d", "outcome": "sent", "receipt": "1310000000000000000"}]}]
lines:
  description: What the timeline shows.
  returned: success
  type: list
  elements: dict
preview:
  description: The messages by channel, as they would be sent.
  returned: in check mode
  type: dict
preview_files:
  description: Paths of the preview, a text and a page that shows each message as its channel does.
  returned: in check mode with O(preview_dir)
  type: list
  elements: str
stage:
  description: The stage of the update that the message belongs to, V(notify) outside of one.
  returned: success, unless an update tells V(in_progress)
  type: str
status:
  description: The status that was told.
  returned: success
  type: str
"""
