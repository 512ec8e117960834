# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace

import pytest
from probe_fakes import FakeClock, FakeRunner, FakeTransport

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.gate import GateSettings
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.live import new_containers
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.verify import (
    expected_of_plan,
    expected_of_run,
    gate_checks,
    verify_release,
    watched,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.version import (
    Container,
    Prover,
    Target,
    require_proofs,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch_result import ContainerState

URL = "http://127.0.0.1:3000/api/version"
LABEL = "org.opencontainers.image.version"
EXEC = ("docker", "exec", "c1", "node", "-p", "v")
SOURCES = {"url": URL, "field": "version", "label": LABEL, "command": ["node", "-p", "v"]}
GOOD = (200, b'{"version": "1.1.0"}')


def container(image="sha256:new", label="1.1.0"):
    return Container("c1", image, {LABEL: label} if label else {})


def prove(target, answer=GOOD, command="1.1.0\n"):
    clock = FakeClock()
    transport = FakeTransport(clock, answer if callable(answer) else lambda url, number, clock: answer)
    settings = GateSettings(deadline_seconds=5)
    return Prover(FakeRunner({EXEC: command}), transport, clock, settings).prove(target)


def test_every_way_that_exists_is_taken():
    proofs = prove(Target("api", "1.1.0", "sha256:new", SOURCES, container()))
    assert [(proof.kind, proof.found, proof.ok) for proof in proofs] == [
        ("url", "1.1.0", True),
        ("label", "1.1.0", True),
        ("command", "1.1.0", True),
        ("image", "sha256:new", True),
    ]
    require_proofs(proofs)


@pytest.mark.parametrize(
    ("changes", "identifier", "shown"),
    [
        ({"answer": (200, b'{"version": "1.0.0"}')}, "proof.mismatch", "1.0.0"),
        ({"answer": (404, b"")}, "proof.bad_status", "HTTP 404"),
        ({"answer": (503, b"")}, "proof.bad_status", "HTTP 503"),
        ({"answer": "Connection refused"}, "proof.no_answer", "Connection refused"),
        ({"answer": (200, b"<html>hello</html>")}, "proof.not_json", "<html>hello</html>"),
        ({"answer": (200, b'{"v": "1.1.0"}')}, "proof.no_field", '{"v": "1.1.0"}'),
        ({"answer": (200, b'{"version": 1.1}')}, "proof.no_field", '{"version": 1.1}'),
        ({"command": "v1\nv2\n"}, "proof.command_junk", "v1 v2"),
        ({"command": ""}, "proof.command_junk", "«  »"),
        ({"command": (127, "node: not found")}, "proof.command_failed", "node: not found"),
        ({"container": container(label=None)}, "proof.no_label", LABEL),
        ({"container": container(label="1.0.9")}, "proof.mismatch", "1.0.9"),
        ({"container": container(image="sha256:old")}, "proof.mismatch", "sha256:old"),
        ({"container": None}, "proof.no_container", "api"),
    ],
)
def test_one_that_disagrees_or_cannot_be_read_fails_and_says_what_was_found(changes, identifier, shown):
    running = changes.pop("container", container())
    proofs = prove(Target("api", "1.1.0", "sha256:new", SOURCES, running), **changes)
    with pytest.raises(Failed) as caught:
        require_proofs(proofs)
    assert caught.value.text_id == identifier
    said = _locale.explain(caught.value, "fr")
    assert shown in said["text"]
    assert "api" in said["attempted"]


@pytest.mark.parametrize("version", ["latest", "Latest", " ", ""])
def test_a_moving_name_is_refused_as_an_expectation(version):
    with pytest.raises(BadInput, match="proof.moving_version"):
        prove(Target("api", version, None, SOURCES, container()))


def test_no_way_of_looking_is_a_failure():
    with pytest.raises(Failed, match="proof.none"):
        prove(Target("web", "1.1.0", None, {}, container()))


def test_the_image_alone_is_a_proof():
    proofs = prove(Target("web", None, "sha256:new", {}, container()))
    assert [proof.kind for proof in proofs] == ["image"]


def test_silence_and_5xx_are_asked_again_but_a_wrong_version_is_not():
    calls = []

    def answer(url, number, clock):
        calls.append(number)
        return ["refused", (502, b""), (200, b'{"version": "1.0.0"}')][number - 1]

    proofs = prove(Target("api", "1.1.0", None, {"url": URL}), answer)
    assert calls == [1, 2, 3]
    assert proofs[0].found == "1.0.0"


WEB = Container("c2", "sha256:web")
DEFINITION = {
    "services": {
        "api": {"probe": "http://127.0.0.1:3000/health", "version": SOURCES},
        "web": {"probe": "http://127.0.0.1:5482/"},
        "mongo": {"updatable": False},
    },
    "edge": {"url": "http://127.0.0.1:8080/", "probe": "/health", "version": {"url": "http://127.0.0.1:8080/v"}},
    "gate": {"consecutive": 2, "deadline_seconds": 5},
}
PLAN = {
    "definition": DEFINITION,
    "services": ["api", "web"],
    "to_version": "1.1.0",
    "images": {"api": "127.0.0.1:5055/benevoclic/api:1.1.0", "web": "127.0.0.1:5055/benevoclic/web:stable"},
}


def verify(answer, expected, found=None):
    clock = FakeClock()
    transport = FakeTransport(clock, answer)
    context = SimpleNamespace(plan=PLAN, runner=FakeRunner({EXEC: "1.1.0"}), clock=clock, transport=transport)
    running = found or {"api": container(), "web": WEB}
    seen = []
    try:
        return verify_release(context, expected, lambda names: running, lambda *entry: seen.append(entry)), seen
    except Failed as error:
        return error, seen


def test_a_release_is_verified_service_by_service_and_through_the_edge():
    expected = expected_of_plan(PLAN, {"api": "sha256:new", "web": "sha256:web"})
    data, seen = verify(lambda url, number, clock: GOOD, expected)
    assert [(item["target"], item["kind"]) for item in data["proofs"]] == [
        ("api", "url"),
        ("api", "label"),
        ("api", "command"),
        ("api", "image"),
        ("web", "image"),
        ("http://127.0.0.1:8080/v", "url"),
    ]
    assert [check["name"] for check in data["gate"]["checks"]] == ["api", "web", "http://127.0.0.1:8080/health"]
    assert seen == [("gate", data["gate"]), ("proof", {"version": "1.1.0", "ok": True, "proofs": data["proofs"]})]


def test_a_healthy_release_with_the_wrong_version_is_not_verified():
    expected = expected_of_plan(PLAN, {"api": "sha256:new", "web": "sha256:web"})
    error, seen = verify(lambda url, number, clock: (200, b'{"version": "1.9.2"}'), expected)
    assert error.text_id == "proof.mismatch"
    assert (seen[1][0], seen[1][1]["version"], seen[1][1]["ok"]) == ("proof", None, False)


def test_the_edge_that_answers_alone_does_not_hide_a_dead_api():
    expected = expected_of_plan(PLAN, {"api": "sha256:new", "web": "sha256:web"})
    error, seen = verify(lambda url, number, clock: "refused" if ":3000" in url else GOOD, expected)
    assert error.text_id == "gate.not_reached"
    assert error.details["found"] == "api: refused"
    assert (seen[0][0], seen[0][1]["reached"]) == ("gate", False)


def test_a_release_tuple_is_an_expectation():
    before = {
        "version": None,
        "services": {
            "api": {"version": None, "image_id": "sha256:old"},
            "web": {"version": None, "image_id": "sha256:web"},
            "mongo": {"version": None, "image_id": "sha256:mongo"},
        },
    }
    error, _ = verify(lambda url, number, clock: GOOD, before)
    assert (error.text_id, error.details["expected"]) == ("proof.mismatch", "sha256:old")


def test_each_address_is_asked_once():
    edge = {"url": "http://127.0.0.1:3000", "probe": "/health"}
    checks = gate_checks({**DEFINITION, "edge": edge}, ["api"])
    assert [check.name for check in checks] == ["api"]


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        ("benevoclic/api:1.0.4", "1.0.4"),
        ("127.0.0.1:5055/api", "1.1.0"),
        ("x/api:latest", "1.1.0"),
        ("127.0.0.1:5055/api:1.0.4@sha256:00", "1.0.4"),
    ],
)
def test_a_service_is_expected_at_its_own_tag_or_at_the_release(reference, version):
    plan = {"services": ["api"], "images": {"api": reference}, "to_version": "1.1.0"}
    assert expected_of_plan(plan, {})["services"]["api"]["version"] == version


def tuple_of(**changes):
    services = {
        "api": {"container_id": "c0", "version": "1.1.0", "image_id": "sha256:new"},
        "web": {"container_id": "c2", "version": "0.9", "image_id": "sha256:web"},
    }
    return {
        "captured_at": "2026-11-22T07:15:00.000Z",
        "version": "1.1.0",
        "healthy": True,
        "services": services,
        **changes,
    }


def test_returning_to_a_release_trusts_the_image_over_its_label_and_commands():
    data, _ = verify(lambda url, number, clock: GOOD, tuple_of(), {"api": container(label="1.0.9"), "web": WEB})
    assert [(item["target"], item["kind"]) for item in data["proofs"]][:3] == [
        ("api", "url"),
        ("api", "image"),
        ("web", "image"),
    ]
    assert data["version"] == "1.1.0"


def test_a_site_that_was_down_before_is_returned_to_as_it_was():
    data, seen = verify(lambda url, number, clock: "refused", tuple_of(healthy=False))
    assert data["gate"] is None
    assert [item["kind"] for item in data["proofs"]] == ["image", "image"]
    assert [kind for kind, _ in seen] == ["proof"]


def test_a_service_that_had_no_container_is_not_asked_for():
    before = tuple_of()
    before["services"]["web"] = {"container_id": None, "version": None, "image_id": None}
    data, _ = verify(lambda url, number, clock: GOOD, before, {"api": container()})
    assert {item["target"] for item in data["proofs"]} == {"api", "http://127.0.0.1:8080/v"}


def test_a_run_that_returns_expects_the_tuple_it_names(tmp_path):
    (tmp_path / "r1").mkdir()
    (tmp_path / "r1" / "after.json").write_text('{"version": "1.0.0", "services": {}}')
    plan = {"target": {"run_id": "r1", "which": "after", "version": "1.0.0"}}
    assert expected_of_run(plan, tmp_path, None)["version"] == "1.0.0"


def test_a_run_that_updates_expects_the_identity_of_the_images_it_pulled(tmp_path):
    inspected = '[{"Id": "sha256:abc", "Config": {}}]'
    runner = FakeRunner({("docker", "image", "inspect", "x/api:1.1.1"): inspected})
    plan = {"services": ["api"], "images": {"api": "x/api:1.1.1"}, "to_version": "1.1.1"}
    assert expected_of_run(plan, tmp_path, runner)["services"] == {
        "api": {"version": "1.1.1", "image_id": "sha256:abc"}
    }


def test_containers_that_a_run_made_count_their_restarts_from_the_beginning():
    states = {"api": ContainerState("new", 2, True), "web": ContainerState("old", 7, True)}
    baseline = new_containers(states, {"services": {"api": {"container_id": "gone"}, "web": {"container_id": "old"}}})
    assert {name: state.restart_count for name, state in baseline.items()} == {"api": 0, "web": 7}


def test_a_watch_asks_the_edge_or_the_first_probe():
    assert watched(DEFINITION, ["web"]) == ("http://127.0.0.1:8080/", {})
    bare = {**DEFINITION, "edge": {}, "watch": {"seconds": 5, "paths": ["/x"]}}
    assert watched(bare, ["mongo", "api"]) == ("http://127.0.0.1:3000", {"seconds": 5, "paths": ["/health"]})
    with pytest.raises(BadInput, match="watch.no_edge"):
        watched(bare, ["mongo"])
