"""How a peer's script is told its work and answers: the Python side of tasks/bench/process.ts.

    python tasks/bench/peers/step.py step '{"workload": …}'

The first argument names the work, the second is the request. Printed is one line of JSON: the seconds
of every timed run, the process's peak memory in bytes, and what was found beside them.
"""

import json
import re
import resource
import sys
from pathlib import Path


def answer(works):
    """Does the one of `works`, functions of a request by name, that the command line names."""
    _, name, request = sys.argv
    result = works[name](json.loads(request))
    print(json.dumps({**result, "peak": peak_memory()}))


def peak_memory():
    """Largest memory that this process has held, in bytes: as peakMemory in tasks/bench/measure.ts."""
    status = Path("/proc/self/status")
    own = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text() if status.exists() else "", re.M)
    if own:
        return int(own[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
