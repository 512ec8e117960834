# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that speak to MongoDB."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  mongodb_admin_uri:
    description:
      - URI of the MongoDB account of the updates, as the host reaches the server.
      - The account needs the roles C(backup), C(restore) and C(clusterMonitor), C(dbAdmin) and C(readWrite) on the
        database, and C(readWrite) on C(benevoclic_updates), where the lock is; the application's own account is not enough.
      - A single host is spoken to directly unless the URI says otherwise, since the name by which a member of a replica
        set in a container knows itself often means nothing on the host.
    type: str
requirements:
  - pymongo (the playbook C(bootstrap) brings it to the host)
notes:
  - The URI is never shown, journaled, or handed to another program.
"""
