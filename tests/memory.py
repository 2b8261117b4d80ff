"""How much memory a process has held at most."""

import resource
import sys
from pathlib import Path


def peak_mib():
    """The most memory this process has held, in MiB.

    Not getrusage where it can be helped: on Linux its figure outlives exec, so that a small child
    of a large parent looks as large as the parent.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
