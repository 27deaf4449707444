"""Runs a command and writes its wall time, processor time and peak memory as JSON: launch.py REPORT COMMAND...

This is a process of its own because the kernel counts the memory that a process holds when it starts a child
towards the child's peak. It imports as little as possible.
"""

import os
import sys
import time

report, *command = sys.argv[1:]
start = time.perf_counter()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start

processor, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
with open(report, "w", encoding="ascii") as file:
    file.write(f'{{"seconds": {seconds}, "processor s": {processor}, "peak MiB": {peak}}}')
sys.exit(os.waitstatus_to_exitcode(status))
