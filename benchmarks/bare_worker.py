"""`python -m benchmarks.bare_worker PORT`: a worker made of the Dapr SDK alone, as its documentation shows it."""

import argparse
import logging
import signal
import sys

from dapr.ext.workflow import WorkflowRuntime
from dapr.ext.workflow.logger import LoggerOptions

from benchmarks import workload
from durably.contracts.names import VALIDATE_TASK


def main() -> None:
    """Work until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    port = parser.parse_args().port
    # At its default level the SDK writes several lines a turn, which would make a weak opponent of it.
    runtime = WorkflowRuntime(host="127.0.0.1", port=str(port), logger_options=LoggerOptions(log_level=logging.WARNING))
    for workflow in (workload.three_steps, workload.sequence, workload.fan_out):
        runtime.register_workflow(workflow)
    runtime.register_activity(workload.step, name=VALIDATE_TASK)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    runtime.start()
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM})
    runtime.shutdown()


if __name__ == "__main__":
    main()
