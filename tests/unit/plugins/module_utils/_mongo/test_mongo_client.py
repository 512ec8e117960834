# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of pymongo's errors, and that no piece of a URI travels with them."""

from __future__ import annotations

import pytest
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure, ServerSelectionTimeoutError

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, EngineError
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import client


@pytest.mark.parametrize(
    ("uri", "hosts"),
    [
        ("mongodb://root:p%40ss@127.0.0.1:27017/?authSource=admin", "127.0.0.1:27017"),
        ("mongodb://a,b:2/app", "a,b:2"),
        ("mongodb+srv://u:p@cluster.example.org/app", "cluster.example.org"),
        ("mongodb://u:p/@?ss@host?x=1", "host"),
    ],
)
def test_only_the_hosts_are_named(uri: str, hosts: str) -> None:
    assert client.address(uri) == hosts


@pytest.mark.parametrize(
    "uri",
    ["", "hunter2", "mongodb://", "mongodb://u:hunter2/x@h:port", "mongodb://u:hun@ter2@h", "mongodb://h/?w=hunter2&x"],
)
def test_a_refused_uri_is_not_repeated(uri: str) -> None:
    with pytest.raises(BadInput) as caught, client.connect(uri):
        pass
    assert caught.value.text_id == "mongo.uri"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("error", "text_id", "found"),
    [
        (OperationFailure("Authentication failed.", 18), "mongo.credentials", None),
        (OperationFailure("not authorized on db, full error: {x}", 13), "mongo.privilege", "not authorized on db"),
        (OperationFailure("E11000 dup key: { email: 'a@b' }", 11000), "mongo.command", "E11000"),
        (OperationFailure("gone", 239), "mongo.snapshot_too_old", None),
        (ServerSelectionTimeoutError("h: refused (configured timeouts: 5), x"), "mongo.unreachable", "h: refused"),
        (AutoReconnect("connection closed"), "mongo.unreachable", "connection closed"),
        (BulkWriteError({"writeErrors": [{"errmsg": "E11000 x dup key: {a}"}]}), "mongo.command", "E11000 x"),
    ],
)
def test_each_kind_of_error(error: Exception, text_id: str, found: str | None) -> None:
    translated: EngineError = client.translated(error, "host:1")
    assert (translated.text_id, translated.details["where"]) == (text_id, "host:1")
    assert translated.details.get("found") == found


def test_errors_in_the_block_become_the_engines() -> None:
    with pytest.raises(EngineError) as caught, client.connect("mongodb://u:hunter2@127.0.0.1:9/"):
        raise AutoReconnect("gone")
    assert caught.value.text_id == "mongo.unreachable"
    assert caught.value.details["where"] == "127.0.0.1:9"
