// The timeline: one row for each span, as a table, with a bar that shows when and how long.

import { badge, fill, h, json, svg, sync } from "./dom.js";
import { address } from "./router.js";
import { extent, spans } from "./spans.js";
import { clock, duration, moment } from "./time.js";

const COLUMNS = ["What", "Kind", "Attempts", "Scheduled", "Started", "Ended", "Took", "Outcome"];
const THINNEST = 0.6; // per cent: what took no time is seen all the same

/** The timeline: `draw(events, {ended, rerun})` shows a history; `rerun(span)` is offered where the instance has ended. */
export function timeline() {
  const rows = h("tbody");
  const element = h("div", { class: "scroll" },
    h("table", { class: "timeline" }, h("caption", {}, "Timeline: what was scheduled, and what came of it"),
      h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)), h("th", { scope: "col", class: "bars" }, "When"))),
      rows));

  function draw(events, { ended, rerun }) {
    const [from, to] = extent(events);
    const scale = { from, to: Math.max(ended ? to : Date.now(), from + 1), ended };
    sync(rows, spans(events), {
      key: (span) => span.key,
      make: () => h("tr"),
      update: (row, span) => keepUp(row, span, scale, rerun),
    });
  }

  /** Show the row of an event: scroll to it, open it, and give it the focus; false where there is none. */
  function reveal(eventId) {
    const row = [...rows.children].find((one) => one.dataset.events.split(" ").includes(String(eventId)));
    if (!row) return false;
    const details = row.querySelector("details");
    if (details) details.open = true;
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
    return true;
  }

  return { element, draw, reveal };
}

function keepUp(row, span, scale, rerun) {
  const state = JSON.stringify([span, Boolean(rerun), scale.ended]);
  if (row.dataset.state !== state) {
    const wasOpen = row.querySelector("details")?.open ?? false;
    const hadFocus = row.contains(document.activeElement);
    row.dataset.state = state;
    row.dataset.events = span.attempts.map((attempt) => attempt.eventId).join(" ");
    fill(row, cells(span, scale, rerun), h("td", { class: "bars" }));
    const details = row.querySelector("details");
    if (details) details.open = wasOpen;
    if (hadFocus) row.querySelector("summary, a, button")?.focus();
  }
  fill(row.lastElementChild, bars(span, scale));
}

function cells(span, scale, rerun) {
  const first = span.attempts[0];
  const last = span.attempts.at(-1);
  const outcome = last.to || !scale.ended ? span.outcome : "left open";
  const again = rerun && span.eventId >= 0;
  return [
    h("th", { scope: "row" }, what(span, again && h("button", {
      type: "button", class: "small", "aria-label": `Rerun from ${span.name}, event ${span.eventId}`, onclick: () => rerun(span),
    }, "Rerun from here"))),
    h("td", {}, span.kind),
    h("td", { class: "number" }, span.kind === "activity" ? String(runs(span).length) : ""),
    h("td", {}, clock(first.from)),
    h("td", {}, clock(runs(span)[0].began)),
    h("td", {}, clock(last.to)),
    h("td", { class: "number" }, last.to ? duration(Date.parse(last.to) - Date.parse(first.from)) : ""),
    h("td", {}, badge(outcome)),
  ];
}

/** The name, a link where it is an instance of its own, and inside it what went in and came out. */
function what(span, button) {
  const name = span.kind === "timer" && !span.name ? ["until ", moment(span.fireAt)] : span.name || span.kind;
  const known = runs(span).filter((run) => run.worker);
  const parts = [
    span.fireAt && h("p", {}, span.kind === "activity" ? "Tried again at " : "Until ", moment(span.fireAt)),
    span.childId && h("p", {}, "Child: ", h("a", { href: address("instance", { id: span.childId }) }, span.childId)),
    span.by && h("p", {}, "By ", span.by),
    known.length > 0 && h("ul", { class: "attempts", "aria-label": "Attempts" }, known.map(attemptItem)),
    ...part("Input", span.input),
    ...part("Result", span.result),
    ...part("Failure", span.failure),
    button,
  ].filter(Boolean);
  if (!parts.length || (span.kind === "timer" && !button)) return name;
  return h("details", {}, h("summary", {}, name), parts);
}

/** Every execution of a span, in the order in which they began: those whose result came, and those whose never did. */
function runs(span) {
  return span.attempts.flatMap((attempt) => [
    ...(attempt.lost ?? []).map((run) => ({ worker: run.worker, began: run.started_at, to: run.ended_at, outcome: run.outcome ?? "cut off" })),
    { worker: attempt.worker, began: attempt.began, to: attempt.to, outcome: attempt.outcome },
  ]);
}

function attemptItem(run) {
  return h("li", {}, `Worker ${run.worker}: `, clock(run.began), run.to ? [" to ", clock(run.to)] : "", " ", badge(run.outcome));
}

function part(title, value) {
  return value === null || value === undefined ? [] : [h("h4", {}, title), json(value)];
}

/** Bars say nothing that the other cells do not, so that those who do not see them miss nothing. */
function bars(span, scale) {
  return svg("svg", { "aria-hidden": "true", width: "100%", height: "18" }, span.attempts.flatMap((attempt) => {
    const begins = [...(attempt.lost ?? []).map((run) => run.started_at), attempt.began ?? attempt.from];
    const lost = (attempt.lost ?? []).map((run, index) => bar("cut", run.started_at, run.ended_at ?? begins[index + 1], scale));
    const queued = begins[0] === attempt.from ? [] : [bar("queued", attempt.from, begins[0], scale)];
    return [...queued, ...lost, bar(`${span.kind} ${attempt.to ? attempt.outcome : "open"}`, begins.at(-1), attempt.to, scale)];
  }));
}

function bar(tone, begin, end, scale) {
  const per = 100 / (scale.to - scale.from);
  const from = Math.max(Date.parse(begin), scale.from);
  const width = Math.max(((end ? Date.parse(end) : scale.to) - from) * per, THINNEST);
  const x = Math.min((from - scale.from) * per, 100 - width);
  return svg("rect", { class: `bar ${tone}`, x: `${Math.max(x, 0)}%`, width: `${width}%`, y: "3", height: "12", rx: "2" });
}
