# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Good updates from the first release to the last and back, as the README and the contract show them."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

from backup_folders import make_set
from flow_site import FIRST, QUICK, Seen, Site
from mongo_tools import mongorestore
from mongod import Server
from receivers.discord import TOKEN, Behaviour, DiscordReceiver

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.archive_format import ARCHIVE

STAGES = ["preflight", "announce", "backup", "migrate", "deploy", "verify", "test", "watch", "conclude"]


def changed(site: Site, before: Seen, after: Seen) -> set[str]:
    """Services whose container was replaced, restarted or started anew."""
    names = {site.demo.container(service): service for service in ("api", "edge", "mongo", "web")}
    return {names[name] for name in names if after.containers[name] != before.containers[name]}


def test_a_dry_run_changes_nothing_and_sends_nothing(site: Site) -> None:
    before, kept, told = site.look(), site.tree("state", "backups"), site.notified()
    for name in ("feature_update", "rollback", "backup", "notify"):
        variables = {"version": "1.1.0"} if name == "feature_update" else {"status": "success", "message": "essai"}
        done = site.run(name, variables, "--check")
        assert "Traceback" not in done.output
        assert (site.look(), site.tree("state", "backups"), site.notified()) == (before, kept, told), done.output
        if name != "rollback":  # nothing to return to is a refusal
            assert done.status == 0, done.output
    site.assert_at_rest()


def test_a_feature_update(site: Site) -> None:
    site.bring_to(FIRST)
    old, later = (
        make_set(site.demo.folder / "backups", f"2026-01-02T0{hour}:00:00", stack=site.demo.project) for hour in (1, 2)
    )
    before, known = site.look(), site.run_ids()
    done = site.update("1.1.0", benevoclic_backup_proof="rehearsal")
    assert done.status == 0, done.output
    assert re.search(rf"sauvegardes? (retirées? .*)?{old}( retirée)?", done.output), done.output
    assert [(site.demo.folder / "backups" / name).exists() for name in (old, later)] == [False, True]
    after = site.look()
    assert (after.edge, after.api) == ("1.1.0", "1.1.0")
    assert changed(site, before, after) == {"api", "web"}
    assert after.database != before.database
    (run_id,) = set(site.run_ids()) - set(known)
    assert len(done.output.splitlines()) <= 40, done.output
    assert f"{run_id}/report.json" in done.output
    report = site.report(run_id)
    assert [stage["name"] for stage in report["stages"]] == STAGES
    assert {stage["outcome"] for stage in report["stages"]} == {"ok"}
    assert (report["flow"], report["update_type"], report["outcome"]) == ("feature_update", "feature", "succeeded")
    assert (report["from_version"], report["to_version"]) == (FIRST, "1.1.0")
    assert report["versions_served"] == [FIRST, "1.1.0"]
    assert (report["requests"]["failed"], report["requests"]["longest_gap_seconds"]) == (0, 0.0)
    assert report["requests"]["sent"] > 0
    assert [migration["version"] for migration in report["migrations"]] == ["20240815_001"]
    assert [told["outcome"] for told in report["notifications"]] == ["sent", "sent"]
    assert [told["status"] for told in site.notified()[-3:]] == ["pre_update", "in_progress", "success"]
    assert site.notified()[-2]["fields"]["Progression"] == "44 %"
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()
    assert_restores(site, report["backup"], before.database)


def assert_restores(site: Site, backup: dict[str, Any], digest: str) -> None:
    """Stock mongorestore brings the backup into an empty mongod, where its fingerprint is the one of before."""
    target = Server(replica_set=False)
    try:
        target.start().set_up()
        mongorestore(target, site.demo.folder / "backups" / backup["id"] / ARCHIVE)
        assert fingerprint.of_uri(target.uri, "benevoclic")["digest"] == digest
    finally:
        target.remove()


def test_the_same_again_changes_nothing(site: Site) -> None:
    site.bring_to("1.1.0")
    before = site.look()
    done = site.run("feature_update", None, "-e", "version=1.1.0")
    assert done.status == 0, done.output
    assert done.recap("changed") == 0, done.output
    assert site.look() == before
    assert site.report(site.run_ids()[-1])["outcome"] == "unchanged"
    site.assert_at_rest()


def test_a_security_update_as_typed_touches_the_api_alone(site: Site) -> None:
    site.bring_to("1.1.0")
    before = site.look()
    typed = ["-e", "version=1.1.1", "-e", "vulnerability_id=CVE-2026-0001", "-e", "severity=CRITICAL"]
    done = site.run("security_update", None, *typed)
    assert done.status == 0, done.output
    assert "CVE-2026-0001" in done.output
    after = site.look()
    assert (after.edge, after.api) == ("1.1.1", "1.1.1")
    assert changed(site, before, after) == {"api"}
    assert after.database == before.database
    report = site.report(site.run_ids()[-1])
    assert (report["severity"], report["vulnerability_id"]) == ("CRITICAL", "CVE-2026-0001")
    assert report["requests"]["sent"] >= 50
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_the_latest_maintenance_with_webhooks_that_do_not_work(site: Site) -> None:
    """Dead, slow and gone: each is reported, none stops the update, no address is shown."""
    site.bring_to("1.1.1")
    before = site.look()  # the regression suite writes preferences: the database is not compared
    with socket.socket() as closed, DiscordReceiver() as slow, DiscordReceiver() as gone:
        closed.bind(("127.0.0.1", 0))
        slow.forever, gone.forever = Behaviour(wait=60.0), Behaviour(status=404)
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/api/webhooks/1/{TOKEN}"
        urls = {"dead": dead, "slow": slow.url, "gone": gone.url}
        channels = [{"name": name, "kind": "discord", "url": url} for name, url in urls.items()]
        done = site.run("maintenance_update", {**QUICK, "benevoclic_notification_channels": channels})
    assert done.status == 0, done.output
    after = site.look()
    assert (after.edge, after.api) == ("1.2.0", "1.2.0")
    assert changed(site, before, after) == {"api", "web", "edge"}
    report = site.report(site.run_ids()[-1])
    told = {(entry["name"], entry["outcome"]) for entry in report["notifications"]}
    assert told == {(name, "failed") for name in urls}
    assert len(report["notifications"]) == 2 * len(urls)
    assert "404" in next(entry["reason"] for entry in report["notifications"] if entry["name"] == "gone")
    for name in urls:
        assert re.search(rf"{name} n'a pas pu être prévenu", done.output), done.output
    kept = json.dumps(report) + (site.paths.run(report["run_id"]) / "journal.jsonl").read_text()
    assert TOKEN not in done.output + kept
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_back_to_the_one_before_then_to_a_named_one(site: Site) -> None:
    site.bring_to("1.2.0")
    before = site.look()
    done = site.run("rollback", {"reason": "les bénévoles n'y voient plus rien"})
    assert done.status == 0, done.output
    after = site.look()
    assert (after.edge, after.api) == ("1.1.1", "1.1.1")
    assert "mongo" not in changed(site, before, after)
    report = site.report(site.run_ids()[-1])
    assert (report["flow"], report["outcome"]) == ("rollback", "succeeded")
    assert report["reason"] == "les bénévoles n'y voient plus rien"
    assert [backup["kind"] for backup in report["backups"]] == ["before_rollback"]
    site.assert_compose_has_nothing_to_do()
    named = site.run("rollback", None, "-e", f"version={FIRST}")
    assert named.status == 0, named.output
    last = site.look()
    assert (last.edge, last.api) == (FIRST, FIRST)
    assert "mongo" not in changed(site, before, last)
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_backup_status_and_a_message_by_hand(site: Site) -> None:
    before = site.look()
    folders = set((site.demo.folder / "backups").iterdir())
    done = site.run("backup")
    assert done.status == 0, done.output
    (made,) = set((site.demo.folder / "backups").iterdir()) - folders
    manifest = json.loads((Path(made) / "manifest.json").read_text())
    assert manifest["kind"] == "manual"
    assert manifest["fingerprint"]["digest"] == before.database
    status = site.run("status")
    assert status.status == 0, status.output
    assert "verrou libre" in status.output
    assert before.api in status.output
    said = site.run("notify", {"status": "warning", "update_type": "feature", "message": 'l\'été « + 33 % » & "co"'})
    assert said.status == 0, said.output
    assert 'l\'été « + 33 % » & "co"' in site.notified()[-1]["message"]
    wrong = site.run("notify", {"status": "Warning", "update_type": "feature", "message": "essai"})
    assert wrong.status not in (0, None)
    assert "warning" in wrong.output
    assert site.look() == before
    site.assert_at_rest()
