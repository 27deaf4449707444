"""Runs a command and writes its wall time, processor time and peak memory: launch.py REPORT COMMAND...

This is a process of its own because the kernel counts the memory that a process holds when it starts a child
towards the child's peak. It imports as little as possible.
"""

import os
import sys
import time


def main(report: str, *command: str) -> int:
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start

    with open(report, "w", encoding="ascii") as file:
        file.write(f"{wall} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
