# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands the module of the same name the migration files, which are on the controller."""

from __future__ import annotations

from ..plugin_utils.migration_files import MigrationFilesAction


class ActionModule(MigrationFilesAction):
    """See the documentation of the module."""
