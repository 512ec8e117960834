# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real shape: two Compose projects in two folders, fixed container names, ``:latest`` that is moved."""

from __future__ import annotations

from flow_site import SHORT_GATE, Site


def test_two_projects_update_and_take_a_bad_release_back(two_projects: Site) -> None:
    site = two_projects
    done = site.update("1.1.0")
    assert done.status == 0, done.output
    assert site.served() == ("1.1.0", "1.1.0")
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()
    before = site.look()
    failed = site.update("1.9.0-crash", **SHORT_GATE)
    assert failed.status not in (0, None), failed.output
    assert "1.1.0 est de nouveau en service" in failed.output
    after = site.look()
    assert (after.edge, after.api) == ("1.1.0", "1.1.0")
    assert (after.database, after.definition) == (before.database, before.definition)
    for service in ("edge", "mongo", "web"):
        name = site.demo.container(service)
        assert after.containers[name] == before.containers[name], service
    assert site.report(site.run_ids()[-1])["outcome"] == "rolled_back"
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()
