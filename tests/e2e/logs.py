"""Follows the log of every worker container from its first line, so that the lines of deleted pods survive."""

import contextlib
import threading
from collections import defaultdict, deque
from typing import Any, Final

from kubernetes import watch
from kubernetes.client.exceptions import ApiException

from tests.e2e.cluster import AWAY, NAMESPACE, Cluster
from tests.e2e.evidence import Line, parse

_SELECTOR: Final = "app.kubernetes.io/component=worker"
_CONTAINER: Final = "worker"
_WATCH_S: Final = 30
_CONNECT_S: Final = 5
_FOLLOW_S: Final = 3_600
_AGAIN_S: Final = 0.3
_GONE: Final = 404


class Journal:
    """Everything that worker pods have told since the journal was opened.

    Args:
        cluster: Whose pods.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._core = cluster.core
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._tails: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=40))
        self._followed: set[str] = set()
        self._current: dict[str, str] = {}
        self._closed = threading.Event()

    def open(self) -> None:
        """Begin to follow, in threads of its own."""
        threading.Thread(target=self._watch, daemon=True, name="e2e-watch").start()

    def close(self) -> None:
        """Stop; what was told stays."""
        self._closed.set()

    def of(self, instance_id: str) -> tuple[Line, ...]:
        """What was told of one instance."""
        return tuple(self._lines[instance_id])

    def begun(self, prefix: str) -> int:
        """How many instances with such ids have told something."""
        return sum(1 for instance_id in tuple(self._lines) if instance_id.startswith(prefix))

    def tail(self, pod: str) -> str:
        """The last lines of a pod, which may be gone."""
        return "\n".join(self._tails[pod])

    @property
    def told_by(self) -> tuple[str, ...]:
        """The pods that have told something."""
        return tuple(self._tails)

    def _watch(self) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(*AWAY):
                self._watch_once()
            self._closed.wait(_AGAIN_S)

    def _watch_once(self) -> None:
        events = watch.Watch().stream(
            self._core.list_namespaced_pod,
            NAMESPACE,
            label_selector=_SELECTOR,
            timeout_seconds=_WATCH_S,
            _request_timeout=(_CONNECT_S, _WATCH_S + _CONNECT_S),
        )
        for event in events:
            self._look_at(event["object"])

    def _look_at(self, pod: Any) -> None:
        for status in pod.status.container_statuses or ():
            if status.name != _CONTAINER or not status.container_id or not status.state.running:
                continue
            self._current[pod.metadata.name] = status.container_id
            if status.container_id not in self._followed:
                self._followed.add(status.container_id)
                following = (pod.metadata.name, status.container_id)
                threading.Thread(target=self._follow, args=following, daemon=True, name="e2e-follow").start()

    def _follow(self, pod: str, container: str) -> None:
        """Read one container's log to its end; where the stream breaks, from the start again, each line once."""
        seen: set[str] = set()
        while not self._closed.is_set() and self._current[pod] == container:
            try:
                self._read(pod, seen)
            except ApiException as error:
                if error.status == _GONE:
                    return
            except AWAY:
                pass
            self._closed.wait(_AGAIN_S)

    def _read(self, pod: str, seen: set[str]) -> None:
        response = self._core.read_namespaced_pod_log(
            pod,
            NAMESPACE,
            container=_CONTAINER,
            follow=True,
            _preload_content=False,
            _request_timeout=(_CONNECT_S, _FOLLOW_S),
        )
        with contextlib.closing(response):
            rest = b""
            for chunk in response.stream():
                *whole, rest = (rest + chunk).split(b"\n")
                for raw in whole:
                    self._tell(pod, raw.decode(errors="replace"), seen)

    def _tell(self, pod: str, text: str, seen: set[str]) -> None:
        if text in seen:
            return
        seen.add(text)
        self._tails[pod].append(text)
        if line := parse(pod, text):
            self._lines[line.instance_id].append(line)
