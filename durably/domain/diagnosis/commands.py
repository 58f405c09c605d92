"""What to type next: on Kubernetes the pod, the container and the log, elsewhere the process and its log."""

from collections.abc import Iterable
from shlex import quote

from durably.contracts.diagnosis import NextCommand
from durably.contracts.instances import Attempt
from durably.contracts.workers import Heartbeat

_COMPONENT = "app.kubernetes.io/component"


def worker_log(worker: Heartbeat, about: str) -> NextCommand:
    """What a worker logged about an instance.

    Args:
        worker: The worker.
        about: What is looked for, such as an instance's id.
    """
    what = f"What worker {worker.worker} logged about {about}."
    if worker.pod:
        return NextCommand(command=f"{_logs(worker, 'worker')} --tail=-1 | grep -F {quote(about)}", what=what)
    if worker.log:
        return NextCommand(command=f"grep -F {quote(about)} {quote(worker.log)}", what=what)
    return NextCommand(
        command=f"ps -fp {worker.pid}",
        what=f"The process of worker {worker.worker} on {worker.host}, whose terminal tells of {about}.",
    )


def own_log(worker: Heartbeat) -> NextCommand:
    """The end of a worker's log."""
    what = f"The end of the log of worker {worker.worker}."
    if worker.pod:
        return NextCommand(command=f"{_logs(worker, 'worker')} --tail=50", what=what)
    if worker.log:
        return NextCommand(command=f"tail -n 50 {quote(worker.log)}", what=what)
    return NextCommand(command=f"ps -fp {worker.pid}", what=f"The process of that worker on {worker.host}.")


def sidecar_log(worker: Heartbeat) -> NextCommand:
    """The log of a worker's sidecar, or of the engine in its place."""
    if worker.pod:
        return NextCommand(command=f"{_logs(worker, 'daprd')} --tail=50", what="The end of the sidecar's log.")
    return NextCommand(
        command="ps -ef | grep -e daprd -e durably.embedded",
        what=f"Whether the sidecar, or the development engine, runs on {worker.host}; its log is where it was started.",
    )


def log_before(cut: Attempt | None, there: tuple[Heartbeat, ...]) -> tuple[NextCommand, ...]:
    """The log of the worker that an execution was cut off with; nothing off Kubernetes, where a name leads nowhere.

    Args:
        cut: The execution, if there is one.
        there: The workers that are there.
    """
    namespace = next((each.namespace for each in there if each.pod), None)
    if cut is None or namespace is None:
        return ()
    command = f"kubectl logs -n {namespace} {quote(cut.worker)} -c worker --previous --tail=50"
    what = f"The end of the log of {cut.worker} before it was started again, if its pod is still there."
    return (NextCommand(command=command, what=what),)


def workers() -> NextCommand:
    """Which workers there are."""
    return NextCommand(command="durably workers", what="Which workers there are, and what they have registered.")


def of_instance(verb: str, instance_id: str, what: str) -> NextCommand:
    """A command of ours about an instance."""
    return NextCommand(command=f"durably {verb} {quote(instance_id)}", what=what)


def event(instance_id: str, name: str) -> NextCommand:
    """Give an instance an event."""
    return NextCommand(command=f"durably event {quote(instance_id)} {quote(name)}", what="Gives it that event.")


def that_work(commands: Iterable[NextCommand]) -> tuple[NextCommand, ...]:
    """Those that can be typed: no command of ours takes an id or a name with a `/` in it, which no path can hold."""
    return tuple(each for each in commands if not (each.command.startswith("durably ") and "/" in each.command))


def history(instance_id: str) -> NextCommand:
    """The whole history."""
    return of_instance("history", instance_id, "Everything that was recorded for it.")


def pods(namespace: str | None, component: str) -> NextCommand:
    """Whether the pods of a component run."""
    if namespace:
        command = f"kubectl get pods -n {namespace} -l {_COMPONENT}={component}"
        return NextCommand(command=command, what=f"Whether the pods of the {component} run, with their sidecars (2/2).")
    module = "worker" if component == "worker" else "api"
    return NextCommand(command=_processes(module), what=f"Whether a process of the {component} runs.")


def any_log(namespace: str | None, component: str, container: str) -> NextCommand:
    """The log of one container of a component's pods."""
    if namespace:
        command = f"kubectl logs -n {namespace} -l {_COMPONENT}={component} -c {container} --tail=50 --prefix"
        return NextCommand(command=command, what=f"The end of the logs of the container {container}.")
    if container == component:
        return workers()
    return NextCommand(
        command=f"ps -ef | grep '[{container[0]}]{container[1:]}'",
        what=f"Whether {container} runs; its log is where it was started.",
    )


def _processes(module: str) -> str:
    """Those that run a module, also where `durably dev` has started it, which names the module last."""
    return f"ps -ef | grep -E '[-]m (durably[.]cli[.]leash [0-9]+ )?{module}( |$)'"


def _logs(worker: Heartbeat, container: str) -> str:
    namespace = f"-n {worker.namespace} " if worker.namespace else ""
    return f"kubectl logs {namespace}{worker.pod} -c {container}"
