# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs: python -S cost.py REPORT COMMAND… runs it and writes {"status", "seconds", "memory_mib"} to REPORT.

A process of its own, and a small one: the kernel counts the memory of the process that starts a command as the command's.
"""

import json
import os
import sys
import time


def main() -> None:
    report, *argv = sys.argv[1:]
    began = time.monotonic()
    child = os.posix_spawn(argv[0], argv, os.environ)
    _child, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - began
    figures = {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "memory_mib": usage.ru_maxrss / 1024,
        "processor_seconds": usage.ru_utime + usage.ru_stime,
    }
    with open(report, "w", encoding="utf-8") as file:
        json.dump(figures, file)


if __name__ == "__main__":
    main()
