# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints as many free ports of the loopback interface as asked, one a line."""

from __future__ import annotations

import socket
import sys

sockets = [socket.create_server(("127.0.0.1", 0)) for _port in range(int(sys.argv[1]))]
for one in sockets:
    print(one.getsockname()[1])
