# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Email over a real mail server: encrypted and verified, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import notify_rig as rig
import pytest
from receivers.certificates import Authority
from receivers.mail import PASSWORD, MailServer

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import Result
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.sent import SentLedger


@pytest.fixture(name="authority", scope="module")
def authority_fixture(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(name="server")
def server_fixture(authority: Authority) -> Iterator[MailServer]:
    with MailServer(starttls=authority.context()) as server:
        yield server


def tell(server: MailServer, authority: Authority, ledger: SentLedger | None = None, **settings: object) -> Result:
    entry = rig.mail_entry(server.port, authority.file, **settings)
    return rig.deliver([entry], rig.an_event(), budget=20.0, ledger=ledger, scope="r-1" if ledger else "")[0]


def test_starttls_one_connection_one_message_a_recipient(server: MailServer, authority: Authority) -> None:
    result = tell(server, authority)
    assert (result.outcome, result.delivered, result.attempts) == ("sent", 2, 2), result.reason
    assert [mail.recipients for mail in server.accepted] == [[address] for address in rig.RECIPIENTS]
    assert [mail.message["To"] for mail in server.accepted] == rig.RECIPIENTS
    assert all(mail.encrypted for mail in server.accepted)
    assert server.connections == 1
    kinds = [part.get_content_type() for part in server.accepted[0].message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert len({mail.message["Message-ID"] for mail in server.accepted}) == 2


def test_tls_from_the_first_byte(authority: Authority) -> None:
    with MailServer(tls=authority.context(), account=False) as server:
        result = tell(server, authority, security="tls", user="", password="")
        assert (result.outcome, len(server.accepted)) == ("sent", 2), result.reason


BAD = {
    "expired": {"ends": timedelta(days=-1)},
    "another host": {"host": "mail.example.org"},
}


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_certificate_gets_nothing(authority: Authority, case: str, security: str) -> None:
    context = authority.context(**BAD[case])  # type: ignore[arg-type]
    with MailServer(**{security: context}, account=security == "starttls") as server:
        result = tell(server, authority, security=security)
        assert (result.outcome, result.attempts, server.accepted) == ("failed", 1, [])
        assert "certificat ou chiffrement refusé" in result.reason
        assert PASSWORD not in result.reason


def test_an_authority_that_nobody_knows_gets_nothing(server: MailServer, authority: Authority) -> None:
    result = tell(server, authority, ca_file="")
    assert (result.outcome, server.accepted) == ("failed", [])
    assert "certificat ou chiffrement refusé" in result.reason


def test_starttls_that_was_stripped_is_no_reason_for_clear_text(authority: Authority) -> None:
    with MailServer(account=False) as server:
        result = tell(server, authority)
        assert (result.outcome, result.attempts, server.accepted) == ("failed", 1, [])
        assert "pas de STARTTLS" in result.reason
        assert "rien n'a été envoyé en clair" in result.reason


def test_clear_text_is_for_loopback_only(authority: Authority) -> None:
    with MailServer(account=False) as server:
        assert tell(server, authority, security="none", user="", password="").outcome == "sent"
    with pytest.raises(BadInput):
        read_channels([rig.mail_entry(25, "", security="none", host="smtp.example.org")], {})


def test_a_wrong_password_is_tried_once(server: MailServer, authority: Authority) -> None:
    result = tell(server, authority, password="cAnArY-wrong")
    assert (result.outcome, result.attempts, server.accepted) == ("failed", 1, [])
    assert "compte refusé (535)" in result.reason
    assert "cAnArY" not in str(result)


def test_one_recipient_without_mailbox_keeps_none_of_the_others(
    server: MailServer, authority: Authority, tmp_path: Path
) -> None:
    server.refused = {rig.RECIPIENTS[0]}
    clock = SystemClock()
    result = tell(server, authority, SentLedger(tmp_path / "sent.jsonl", clock))
    assert (result.outcome, result.delivered) == ("failed", 1)
    assert "1 message sur 2" in result.reason
    # the mailbox was made; who has the message already does not get it again
    server.refused = set()
    again = tell(server, authority, SentLedger(tmp_path / "sent.jsonl", clock))
    assert (again.outcome, again.delivered) == ("sent", 1)
    assert [mail.recipients[0] for mail in server.accepted] == list(reversed(rig.RECIPIENTS))


def test_a_server_that_asks_to_come_back_is_come_back_to(server: MailServer, authority: Authority) -> None:
    server.greylist = 1
    result = tell(server, authority)
    assert (result.outcome, result.delivered, result.attempts) == ("sent", 2, 3)
    assert len(server.accepted) == 2


def test_a_connection_that_breaks_after_the_message_gives_the_same_message_again(
    server: MailServer, authority: Authority
) -> None:
    server.drop_after_data = 1
    result = tell(server, authority, to=rig.RECIPIENTS[:1])
    assert (result.outcome, result.attempts) == ("sent", 2)
    # a reader's program knows the second copy by its identifier
    assert len({mail.message["Message-ID"] for mail in server.accepted}) == 1


@pytest.mark.parametrize(
    "value", ["a@example.org\r\nBcc: x@evil.example", "a@example.org\nX: y", "a b@example.org", "a@@b"]
)
@pytest.mark.parametrize("key", ["sender", "to"])
def test_an_address_with_more_in_it_is_refused_before_anything(key: str, value: str) -> None:
    with pytest.raises(BadInput):
        read_channels([rig.mail_entry(587, "", **{key: [value] if key == "to" else value})], {})
