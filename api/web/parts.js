// What the page of an instance consists of: its places, and what stands in them.

import { pending, voteForm } from "./approvals.js";
import { badge, fill, h, json } from "./dom.js";
import { address } from "./router.js";
import { distance, moment } from "./time.js";
import { timeline } from "./timeline.js";

/** The states in which nothing will happen any more. */
export const ENDED = new Set(["completed", "failed", "terminated"]);

/** The page's parts, which are filled later. */
export function parts(id) {
  const part = { facts: h("dl", { class: "facts" }), tools: h("div"), input: h("div"), output: h("div"), raw: h("div") };
  const asked = h("section", { "aria-label": "Approval", hidden: true });
  const outputs = h("section", { hidden: true }, h("h2", {}, "Output"), part.output);
  const failed = h("section", { class: "failure", hidden: true }, h("h2", {}, "Failure"), h("p"), h("details", {}, h("summary", {}, "Stack"), h("div")));
  part.live = h("span", { class: "live" });
  part.timeline = timeline();
  const all = h("details", { class: "raw" }, h("summary", {}, "Every event of the history"), part.raw);
  part.body = h("div", { hidden: true }, part.facts, part.tools, asked, failed,
    h("section", {}, h("h2", {}, "Timeline"), part.timeline.element),
    h("div", { class: "pair" }, h("section", {}, h("h2", {}, "Input"), part.input), outputs),
    all);
  part.element = h("div", {}, h("div", { class: "title" }, h("h1", { tabindex: "-1" }, id), part.live), part.body);
  part.reveal = (eventId) => {
    if (part.timeline.reveal(eventId)) return;
    all.open = true; // not every event has a row: the pause before an attempt is within one
    all.firstElementChild.focus();
  };
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

/** What one wants to know first. */
export function facts(view, events) {
  const start = events.find((event) => event.type === "executionStarted") ?? {};
  const words = pending(view.custom_status) ? null : view.custom_status;
  const pairs = [
    ["Status", badge(view.status)],
    ["Workflow", view.workflow],
    ["Created", [moment(view.created_at), ` (${distance(view.created_at)})`]],
    ["Changed", [moment(view.updated_at), ` (${distance(view.updated_at)})`]],
    ...(start.by ? [["Started by", start.by]] : []),
    ...(start.rerun_of ? [["Rerun of", source(start)]] : []),
    ...(words ? [["Says", words]] : []),
  ];
  return pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)));
}

function source(start) {
  const link = h("a", { href: address("instance", { id: start.rerun_of }) }, start.rerun_of);
  return [link, Number.isInteger(start.rerun_from) ? ` from event ${start.rerun_from}` : ""];
}
