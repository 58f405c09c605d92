"""Runs a module as `python -m` would, in a process that does not outlive its supervisor.

A supervisor that is stopped stops its processes. One that is killed cannot, and they would stay behind, hold the ports
and write to the state of the next start. So each is started through this module and holds the reading end of a pipe
whose writing end only the supervisor has; nothing is ever written. However the supervisor ends, the kernel closes its
end, the read returns, and the process kills itself. SIGKILL, because a worker or an engine killed at any moment loses
nothing: that is what Durably is about.

On Linux the kernel is asked to do the same, which reaches a process that is paused (SIGSTOP), too. That alone would not
do: macOS has nothing like it, and it comes too late when the supervisor dies before the process gets here. Asking from
here, after exec, rather than between fork and exec keeps Python code out of where it may deadlock.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def _hold(leash: int) -> None:
    os.read(leash, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """`python -m durably.cli.leash DESCRIPTOR MODULE [ARGUMENT...]`."""
    leash, module = int(sys.argv[1]), sys.argv[2]
    sys.argv = [module, *sys.argv[3:]]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_hold, args=(leash,), name="leash", daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
