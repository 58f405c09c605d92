// The workers that say that they are there: what they run, what they hold back, what they can run.

import { get } from "./api.js";
import { announce, badge, fill, h, sync } from "./dom.js";
import { attempt } from "./failing.js";
import { poll } from "./polling.js";
import { address } from "./router.js";
import { duration, moment } from "./time.js";

const PAUSE_MS = 4_000;
const COLUMNS = ["Worker", "Version", "Pod", "Work comes in", "In flight", "Held back", "Heard of", "Started"];
const NONE = "No worker says that it is there: workflows stand still until one does";
const TONES = { connected: "done", lost: "failed", locked: "failed" };

export function workers(main, parameters, signal) {
  let counted = null;
  const rows = h("tbody");
  const caption = h("caption", {}, "Workers, by name");
  const problem = h("p", { class: "problem" });
  main.append(h("h1", { tabindex: "-1" }, "Workers"), problem,
    h("div", { class: "scroll" }, h("table", { class: "instances" }, caption,
      h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), rows)));

  async function refresh() {
    const found = await get("/workers", { signal });
    sync(rows, found.workers, { key: (worker) => worker.worker, make: () => h("tr"), update: keepUp });
    caption.textContent = found.workers.length ? "Workers, by name" : NONE;
    problem.textContent = found.problem ?? "";
    if (found.workers.length !== counted) announce(`Workers: ${found.workers.length}`);
    counted = found.workers.length;
  }

  poll(() => attempt(refresh), { signal, pauseMs: PAUSE_MS });
}

function keepUp(row, worker) {
  const state = JSON.stringify({ ...worker, beat_at: null, expires_at: null });
  if (row.dataset.state !== state) {
    const wasOpen = row.querySelector("details")?.open ?? false;
    const hadFocus = row.contains(document.activeElement);
    row.dataset.state = state;
    fill(row, cells(worker), h("td"), h("td", {}, moment(worker.started_at)));
    row.querySelector("details").open = wasOpen;
    if (hadFocus) row.querySelector("summary").focus();
  }
  row.children[COLUMNS.indexOf("Heard of")].textContent = `${duration(Date.now() - Date.parse(worker.beat_at))} ago`;
}

function cells(worker) {
  const stream = worker.draining ? badge("draining") : h("span", { class: `badge ${TONES[worker.stream] ?? ""}` }, worker.stream);
  return [
    h("th", { scope: "row" }, h("details", {}, h("summary", {}, worker.worker), inside(worker))),
    h("td", {}, worker.version),
    h("td", {}, [worker.namespace, worker.pod].filter(Boolean).join("/")),
    h("td", {}, stream),
    h("td", { class: "number" }, `${worker.in_flight_count} of ${worker.max_activities}`),
    h("td", { class: "number" }, worker.held_back_count ? h("span", { class: "badge failed" }, String(worker.held_back_count)) : "0"),
  ];
}

function inside(worker) {
  return [
    ...part("Held back", worker.held_back, (one) => [instance(one.instance_id), " since ", moment(one.since), ": ", one.message]),
    ...part("In flight", worker.in_flight, (one) => [one.activity, " of ", instance(one.instance_id), `, attempt ${one.attempt}, since `, moment(one.started_at)]),
    ...part("Workflows", worker.workflows, (one) => [`${one.name} ${one.versions.join(", ")}`]),
    ...part("Activities", worker.activities, (one) => [one]),
  ];
}

function part(title, all, item) {
  return all.length ? [h("h4", {}, title), h("ul", {}, all.map((one) => h("li", {}, item(one))))] : [];
}

function instance(id) {
  return h("a", { href: address("instance", { id }) }, id);
}
