# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far the module of the same name has come."""

from __future__ import annotations

from ..plugin_utils.watched import WatchedAction


class ActionModule(WatchedAction):
    """See the documentation of the module."""
