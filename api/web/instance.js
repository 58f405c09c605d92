// One instance: where it stands, what happened, what one can do with it; kept up to date by the server.

import { actions } from "./actions.js";
import { get, instancePath } from "./api.js";
import { diagnosisPanel } from "./diagnosis.js";
import { announce, fill, json } from "./dom.js";
import { attempt, clearProblem, patiently, showProblem } from "./failing.js";
import { may } from "./identity.js";
import { ENDED, facts, parts } from "./parts.js";
import { spans } from "./spans.js";
import { stepper } from "./stepper.js";
import { follow } from "./stream.js";

const TICK_MS = 1_000;
const SETTLED_MS = 1_500; // workers write who ran what a moment after it is in the history
const RUNNING_MS = 5_000;

export function instance(main, parameters, signal) {
  const id = parameters.get("id") ?? "";
  const page = parts(id);
  const tools = actions(id);
  const why = diagnosisPanel(id, signal, { reveal: page.reveal });
  const events = [];
  let view = null;
  let due = 0;
  let amending = 0;
  let failing = false; // whether the last that the stream said is that it cannot go on
  main.append(page.element);

  async function load() {
    view = await patiently(() => get(instancePath(id), { signal }), signal);
    fill(page.input, json(view.input));
    page.body.hidden = false;
    show();
    await follow(instancePath(id, "/events"), { signal, on: take, state: connection });
  }

  function take(type, data) {
    why.changed(type === "end");
    if (type === "problem") {
      failing = true;
      page.live.textContent = "";
      showProblem({ title: data.title, message: data.detail });
      return;
    }
    if (failing) {
      failing = false;
      clearProblem();
      connection(true);
    }
    if (type === "history") {
      events.push(data);
      amendIn(SETTLED_MS);
    } else if (type === "instance" || type === "end") {
      const before = view.status;
      view = { ...view, ...data, input: view.input };
      if (view.status !== before) announce(`${id} is ${view.status}`);
    }
    due ||= requestAnimationFrame(show); // a whole history comes as one event each
  }

  function amendIn(milliseconds) {
    clearTimeout(amending);
    amending = setTimeout(() => amend().catch(() => {}), milliseconds); // it only adds to what is there
  }

  /** Take in what workers have added to events that are here; while an activity runs, another worker may take it up. */
  async function amend() {
    const whole = document.hidden ? [] : (await get(instancePath(id, "/history"), { signal })).events;
    for (const [place, event] of whole.entries()) if (isSame(event, events[place])) events[place] = event;
    fill(page.facts, facts(view, events));
    draw();
    if (!signal.aborted && !ENDED.has(view.status) && runs(events)) amendIn(RUNNING_MS);
  }

  function show() {
    due = 0;
    fill(page.facts, facts(view, events));
    page.outcome(view);
    if (ENDED.has(view.status)) page.live.textContent = "";
    tools.show(view, events);
    page.approval(id, view, signal);
    draw();
  }

  function draw() {
    const ended = ENDED.has(view.status);
    if (events.length) page.timeline.draw(events, { ended, rerun: ended && may("operator") ? tools.rerun : null });
    fill(page.raw, json(events));
  }

  function connection(connected) {
    if (!connected) why.changed();
    const words = failing ? "" : connected ? "● Live" : "The connection is lost; trying again";
    page.live.textContent = ENDED.has(view.status) ? "" : words;
  }

  page.tools.append(tools.element);
  page.body.before(why.element);
  page.body.append(stepper(id, signal, { step: parameters.get("step") }));
  const clock = setInterval(() => view && !ENDED.has(view.status) && !document.hidden && events.length && draw(), TICK_MS);
  signal.addEventListener("abort", () => { clearInterval(clock); clearTimeout(amending); cancelAnimationFrame(due); });
  attempt(load);
}

function isSame(event, other) {
  return other && event.type === other.type && event.event_id === other.event_id && event.timestamp === other.timestamp;
}

function runs(events) {
  return spans(events).some((span) => span.kind === "activity" && !span.attempts.at(-1).to);
}
