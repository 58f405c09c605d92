"""Runs a module as `python -m` would, in a process that does not outlive its supervisor.

A supervisor that is stopped stops its processes. One that is killed cannot, and they would stay behind, hold the ports
and write to the state of the next start. So each is started through this module and holds the reading end of a pipe
whose writing end only the supervisor has; nothing is ever written. However the supervisor ends, the kernel closes its
end, the read returns, and the process kills itself. SIGKILL, because a worker or an engine killed at any moment loses
nothing: that is what Durably is about.

Linux has `prctl(PR_SET_PDEATHSIG)` for this, but it is asked for between fork and exec, where Python code may deadlock,
and macOS has nothing like it. The pipe works on both, needs no further process, and cannot miss a supervisor that died
before the child got here.
"""

import os
import runpy
import signal
import sys
import threading


def _hold(leash: int) -> None:
    os.read(leash, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """`python -m durably.cli.leash DESCRIPTOR MODULE [ARGUMENT...]`."""
    leash, module = int(sys.argv[1]), sys.argv[2]
    sys.argv = [module, *sys.argv[3:]]
    threading.Thread(target=_hold, args=(leash,), name="leash", daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
