// One step of a replayed history: which lines ran, what the code was given, and from where, what it asked for.

import { badge, h, json } from "./dom.js";

const FOLDERS = 3; // of a path: where the worker has its packages says nothing
const SHORT = 90;
const WORDS = { activity: "activity", child: "child workflow", event: "wait for event", retry: "pause before a retry", timer: "timer" };

/** Which code ran. */
export function summary({ rehearsal, source }) {
  if (!rehearsal.workflow) return h("p", {}, "Nothing has begun yet.");
  const where = source && [" in ", h("code", {}, short(source.file))];
  return h("p", {}, `${rehearsal.workflow} ${rehearsal.version ?? ""}`, where, source ? "" : "; the worker has not got its source.");
}

/** What the code does otherwise than the history records; nothing where it does the same. */
export function differs(divergence) {
  if (!divergence) return null;
  return h("div", { class: "differs" },
    h("p", {}, badge("failed"), ` ${divergence.message}`),
    h("dl", { class: "facts" }, [["The history records", divergence.expected], ["The code asks for", divergence.actual], ["At", divergence.place && position(divergence.place)]]
      .filter(([, value]) => value).map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)))));
}

/** A step, from 1: its title, and its parts. */
export function stepView({ rehearsal, source }, number) {
  const { steps, divergence } = rehearsal;
  const step = steps[number - 1];
  const earlier = steps.slice(0, number - 1);
  const answers = [...earlier.flatMap((one) => one.seen.map((answer) => ({ answer, isNew: false }))), ...step.seen.map((answer) => ({ answer, isNew: true }))];
  return {
    title: `Step ${number} of ${steps.length}: ${stands(step)}`,
    parts: [
      divergence?.step === number && differs(divergence),
      source && code(source, step, earlier, answers),
      h("div", { class: "pair" },
        section("What came in", "Nothing.", step.new_events.map(eventItem)),
        section("What the yields gave, in their order", "Nothing yet.", answers.map(answerItem)),
        section("What the code asked for", "Nothing.", step.asked_for.map(askedItem))),
    ],
  };
}

function stands(step) {
  if (!step.code_to) return "the code has not begun";
  const ends = step.asked_for.some((action) => action.kind === "end");
  return `the code ${ends ? "ended" : "waits"} at ${position(step.code_to)}`;
}

/** The function's lines. That a line runs again, or is where the code stands, is written beside it. */
function code(source, step, earlier, answers) {
  const before = new Set(earlier.flatMap((one) => one.lines));
  const now = new Set(step.lines);
  const ends = step.asked_for.some((action) => action.kind === "end");
  const rows = source.lines.map((text, index) => {
    const line = source.first_line + index;
    const here = line === step.line;
    const ran = [before.has(line) && "again", now.has(line) && "new", here && (ends ? "ended here" : "waits here")].filter(Boolean);
    const given = answers.filter(({ answer }) => answer.place.file === source.file && answer.place.line === line);
    const tone = [here && "here", now.has(line) ? "new" : before.has(line) ? "again" : "idle"].filter(Boolean).join(" ");
    return h("tr", { class: tone, "aria-current": here && "step" },
      h("td", { class: "number" }, String(line)), h("td", { class: "ran" }, ran.join(", ")),
      h("td", {}, h("code", {}, text), given.map(({ answer, isNew }) => h("span", { class: "given" }, `gave ${brief(answer)}, ${from(isNew)}`))));
  });
  return h("div", { class: "scroll" }, h("table", { class: "source" },
    h("caption", {}, "The code: “again” is what ran in earlier steps, too, and is given the same from the history; “new” is what ran in this step for the first time"),
    h("thead", {}, h("tr", {}, ["Line", "Ran", "Code"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)));
}

function section(title, none, items) {
  return h("section", {}, h("h4", {}, title), items.length ? h("ul", { class: "seen" }, items) : h("p", { class: "hint" }, none));
}

function eventItem(event) {
  const value = event.failure ?? event.result ?? event.input;
  const name = [event.type, event.name ?? event.version].filter(Boolean).join(" ");
  const of = Number.isInteger(event.scheduled_id) ? ` of id ${event.scheduled_id}` : "";
  return folded(`${name}${of}`, value);
}

function answerItem({ answer, isNew }) {
  const what = answer.asked.map(told).join(", or ") || answer.place.text;
  return folded(`${what}: ${from(isNew)}`, answer.failure ?? answer.value);
}

function askedItem(action) {
  return folded(`${told(action)}${action.place ? `, ${position(action.place)}` : ""}`, action.failure ?? action.input);
}

function told(action) {
  if (action.kind === "end") return action.status === "running" ? "to continue as new" : `the end, ${action.status}`;
  return [WORDS[action.kind] ?? action.kind, action.name, `(id ${action.id})`].filter(Boolean).join(" ");
}

function folded(title, value) {
  return h("li", {}, value === null || value === undefined ? title : h("details", {}, h("summary", {}, title), json(value)));
}

function brief(answer) {
  const text = answer.failure ? `${answer.failure.type}: ${answer.failure.message}` : JSON.stringify(answer.value ?? null);
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

const from = (isNew) => (isNew ? "new" : "from the history");
const short = (file) => file.split("/").slice(-FOLDERS).join("/");
const position = (place) => `${short(place.file)}:${place.line}`;
