// What a history says, as things that begin and end: activities with their attempts, timers, waits, children, events.

const BEGINS = { taskScheduled: "activity", timerCreated: "timer", childWorkflowInstanceCreated: "child" };
const ENDS = {
  taskCompleted: "done",
  taskFailed: "failed",
  timerFired: "done",
  childWorkflowInstanceCompleted: "done",
  childWorkflowInstanceFailed: "failed",
};
const MOMENTS = {
  eventRaised: "event",
  eventSent: "sent event",
  executionSuspended: "paused",
  executionResumed: "resumed",
  executionTerminated: "terminated",
  executionStalled: "stalled",
};

/**
 * The spans of a history, in the order in which they began.
 *
 * Each has `key, kind, name, eventId, attempts, input, result, failure, outcome`, and `by` where a person did it; an
 * attempt has `from, to, outcome`, and what has not ended has no `to`. Attempts of one activity have one execution id,
 * which is how they find together. What the workers' journals say is added: `began`, when a worker took an attempt up,
 * `worker`, and `lost`, executions of it whose result never came.
 */
export function spans(events) {
  const state = { all: [], byExecution: new Map(), open: new Map(), waits: [] };
  for (const [index, event] of events.entries()) {
    if (event.type in BEGINS) begin(event, index, state);
    else if (event.type in ENDS) end(event, state);
    else if (event.type in MOMENTS && !arrived(event, state)) state.all.push(momentOf(event, index));
  }
  return state.all;
}

/** The first and the last moment of a history, in milliseconds. */
export function extent(events) {
  const times = events.map((event) => Date.parse(event.timestamp));
  return [Math.min(...times), Math.max(...times)];
}

/** The event from which a rerun most likely starts: the activity or child that failed last, else the first that there is. */
export function rerunFrom(all) {
  const possible = all.filter((span) => span.eventId >= 0 && (span.kind === "activity" || span.kind === "child"));
  return (possible.findLast((span) => span.outcome === "failed") ?? possible[0] ?? all[0])?.eventId;
}

function begin(event, index, { all, byExecution, open, waits }) {
  const retried = event.retry_of && byExecution.get(event.retry_of);
  if (retried) {
    Object.assign(retried, { outcome: "retrying", fireAt: event.fire_at }); // the pause is seen between its attempts
    return;
  }
  const attempt = attemptOf(event);
  let span = event.task_execution_id && byExecution.get(event.task_execution_id);
  if (span) {
    Object.assign(span, { eventId: event.event_id, outcome: "running", failure: null, fireAt: null });
    span.attempts.push(attempt);
  } else {
    span = spanOf(event, index, attempt);
    all.push(span);
    if (event.task_execution_id) byExecution.set(event.task_execution_id, span);
    if (event.waits_for) waits.push(span);
  }
  open.set(event.event_id, { span, attempt });
}

function attemptOf(event) {
  const without = event.attempts ?? [];
  return {
    eventId: event.event_id,
    from: event.timestamp,
    to: null,
    outcome: "running",
    worker: event.worker ?? null,
    began: event.started_at ?? null,
    lost: event.worker ? without.slice(0, -1) : without, // the last one runs
  };
}

function spanOf(event, index, attempt) {
  const kind = event.waits_for ? "wait" : BEGINS[event.type];
  return {
    key: `${event.type}-${index}`,
    kind,
    name: event.waits_for ?? event.name ?? "",
    eventId: event.event_id,
    fireAt: event.fire_at,
    childId: event.child_id ?? null,
    input: event.input,
    result: null,
    failure: null,
    outcome: event.type === "timerCreated" ? "waiting" : "running",
    attempts: [attempt],
  };
}

function end(event, { open }) {
  const begun = open.get(event.scheduled_id);
  if (!begun || begun.attempt.to) return; // the timer of a wait that is over fires all the same
  const outcome = begun.span.kind === "wait" ? "timed out" : ENDS[event.type];
  Object.assign(begun.attempt, { to: event.timestamp, outcome });
  if (event.worker) Object.assign(begun.attempt, { worker: event.worker, began: event.started_at });
  Object.assign(begun.span, { outcome, result: event.result, failure: event.failure });
}

/** Whether the event is what the oldest wait for its name waited for; engines take names in any case. */
function arrived(event, { waits }) {
  if (event.type !== "eventRaised") return false;
  const span = waits.find((wait) => !wait.attempts[0].to && wait.name.toLowerCase() === event.name.toLowerCase());
  if (!span) return false;
  Object.assign(span.attempts[0], { to: event.timestamp, outcome: "done" });
  Object.assign(span, { outcome: "done", result: event.input, by: event.by ?? null });
  return true;
}

function momentOf(event, index) {
  return {
    key: `${event.type}-${index}`,
    kind: MOMENTS[event.type],
    name: event.name ?? "",
    eventId: -1,
    by: event.by ?? null,
    input: event.input ?? event.reason ?? null,
    result: null,
    failure: null,
    outcome: "done",
    attempts: [{ eventId: -1, from: event.timestamp, to: event.timestamp, outcome: "done" }],
  };
}
