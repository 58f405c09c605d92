// One instance: where it stands, what happened, what one can do with it; kept up to date by the server.

import { actions } from "./actions.js";
import { get, instancePath } from "./api.js";
import { pending, voteForm } from "./approvals.js";
import { announce, badge, fill, h, json } from "./dom.js";
import { attempt, patiently } from "./failing.js";
import { spans } from "./spans.js";
import { follow } from "./stream.js";
import { distance, moment } from "./time.js";
import { timeline } from "./timeline.js";

const TICK_MS = 1_000;
const SETTLED_MS = 1_500; // workers write who ran what a moment after it is in the history
const RUNNING_MS = 5_000;
const ENDED = new Set(["completed", "failed", "terminated"]);

export function instance(main, parameters, signal) {
  const id = parameters.get("id") ?? "";
  const page = parts(id);
  const tools = actions(id);
  const events = [];
  let view = null;
  let due = 0;
  let amending = 0;
  main.append(page.element);

  async function load() {
    view = await patiently(() => get(instancePath(id), { signal }), signal);
    fill(page.input, json(view.input));
    page.body.hidden = false;
    show();
    await follow(instancePath(id, "/events"), { signal, on: take, state: connection });
  }

  function take(type, data) {
    if (type === "history") {
      events.push(data);
      amendIn(SETTLED_MS);
    } else if (type === "problem") {
      page.live.textContent = `${data.title}: ${data.detail}`; // the stream goes on when the worker is back
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
    draw();
    if (!signal.aborted && !ENDED.has(view.status) && runs(events)) amendIn(RUNNING_MS);
  }

  function show() {
    due = 0;
    fill(page.facts, facts(view));
    page.outcome(view);
    if (ENDED.has(view.status)) page.live.textContent = "";
    tools.show(view, events);
    page.approval(id, view, signal);
    draw();
  }

  function draw() {
    const ended = ENDED.has(view.status);
    if (events.length) page.timeline.draw(events, { ended, rerun: ended ? tools.rerun : null });
    fill(page.raw, json(events));
  }

  function connection(connected) {
    page.live.textContent = ENDED.has(view.status) ? "" : connected ? "● Live" : "The connection is lost; trying again";
  }

  page.tools.append(tools.element);
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

/** The page's parts, which are filled later. */
function parts(id) {
  const part = { facts: h("dl", { class: "facts" }), tools: h("div"), input: h("div"), output: h("div"), raw: h("div") };
  const asked = h("section", { "aria-label": "Approval", hidden: true });
  const outputs = h("section", { hidden: true }, h("h2", {}, "Output"), part.output);
  const failed = h("section", { class: "failure", hidden: true }, h("h2", {}, "Failure"), h("p"), h("details", {}, h("summary", {}, "Stack"), h("div")));
  part.live = h("span", { class: "live" });
  part.timeline = timeline();
  part.body = h("div", { hidden: true }, part.facts, part.tools, asked, failed,
    h("section", {}, h("h2", {}, "Timeline"), part.timeline.element),
    h("div", { class: "pair" }, h("section", {}, h("h2", {}, "Input"), part.input), outputs),
    h("details", { class: "raw" }, h("summary", {}, "Every event of the history"), part.raw));
  part.element = h("div", {}, h("div", { class: "title" }, h("h1", { tabindex: "-1" }, id), part.live), part.body);
  part.outcome = (view) => {
    outputs.hidden = view.output === null || view.output === undefined;
    if (!outputs.hidden) fill(part.output, json(view.output));
    failed.hidden = !view.failure;
    if (view.failure) showFailure(failed, view.failure);
  };
  part.approval = (instanceId, view, signal) => showApproval(asked, instanceId, view, signal);
  return part;
}

function showFailure(section, failure) {
  const [, text, details] = section.children;
  text.textContent = `${failure.type}: ${failure.message}`;
  details.hidden = !failure.stack;
  fill(details.lastElementChild, h("pre", { tabindex: "0" }, failure.stack ?? ""));
}

function showApproval(section, id, view, signal) {
  const approval = ENDED.has(view.status) ? null : pending(view.custom_status);
  const state = JSON.stringify(approval);
  if (section.dataset.state === state) return; // a form that is being filled in stays
  section.dataset.state = state;
  section.hidden = !approval;
  if (approval) fill(section, voteForm({ instance_id: id, workflow: view.workflow, approval }, { heading: "h2", signal }));
}

function facts(view) {
  const words = pending(view.custom_status) ? null : view.custom_status;
  const pairs = [
    ["Status", badge(view.status)],
    ["Workflow", view.workflow],
    ["Created", [moment(view.created_at), ` (${distance(view.created_at)})`]],
    ["Changed", [moment(view.updated_at), ` (${distance(view.updated_at)})`]],
    ...(words ? [["Says", words]] : []),
  ];
  return pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)));
}
