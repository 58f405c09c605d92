// The list of instances: filters in the address, counts and rows that stay up to date.

import { get } from "./api.js";
import { announce, badge, h, sync } from "./dom.js";
import { attempt } from "./failing.js";
import { filterForm } from "./filters.js";
import { poll } from "./polling.js";
import { address } from "./router.js";
import { moment } from "./time.js";

const PAUSE_MS = 2_000;
const LIMIT = "50";
const QUERY = ["workflow", "status", "prefix", "created_after", "cursor"];

export function list(main, parameters, signal) {
  let query = asked(parameters);
  let shown = "";
  const filters = filterForm();
  const rows = h("tbody");
  const caption = h("caption", {}, "Instances, newest first");
  const table = h("table", { class: "instances" }, caption,
    h("thead", {}, h("tr", {}, ["Instance", "Workflow", "Status", "Created", "Changed"].map((name) => h("th", { scope: "col" }, name)))),
    rows);
  const pages = h("nav", { "aria-label": "Pages", class: "pages" });
  const live = h("input", { type: "checkbox", id: "live", checked: true, onchange: () => live.checked && look() });

  main.append(
    h("div", { class: "title" },
      h("h1", { tabindex: "-1" }, "Instances"),
      h("span", { class: "check" }, live, h("label", { for: "live" }, "Keep up to date"))),
    h("div", { class: "columns" }, filters.element, h("div", { class: "scroll" }, table, pages)));

  async function refresh() {
    const wanted = query;
    const [counts, page] = await Promise.all([
      get("/instances/counts", { query: only(wanted, ["prefix"]), signal }),
      get("/instances", { query: new URLSearchParams([...wanted, ["limit", LIMIT]]), signal }),
    ]);
    if (wanted !== query) return; // the reader has gone on in the meantime
    filters.count(counts.counts);
    show(page, wanted);
  }

  function show(page, wanted) {
    sync(rows, page.instances, { key: (instance) => instance.instance_id, make: row, update: keepUp });
    caption.textContent = page.instances.length ? "Instances, newest first" : "No instance fits these filters";
    sync(pages, links(wanted, page.next_cursor), { key: ([name]) => name, make: ([name]) => h("a", {}, name), update: (link, [, href]) => link.setAttribute("href", href) });
    const text = `Instances shown: ${page.instances.length}${page.next_cursor ? ", and there are more" : ""}`;
    if (String(wanted) !== shown) announce(text); // what changes by itself every few seconds is not read out
    shown = String(wanted);
    table.dataset.shown = shown || "all";
  }

  const look = poll(() => attempt(refresh), { signal, pauseMs: PAUSE_MS, when: () => live.checked });
  filters.show(query);
  return {
    update(changed) {
      query = asked(changed);
      filters.show(query);
      look();
    },
  };
}

/** The filters of an address, and nothing else of it. */
function asked(parameters) {
  return only(parameters, QUERY);
}

function only(parameters, names) {
  return new URLSearchParams([...parameters].filter(([name, value]) => names.includes(name) && value));
}

function links(query, next) {
  const first = only(query, QUERY.filter((name) => name !== "cursor"));
  return [
    ...(query.has("cursor") ? [["First page", address("list", first)]] : []),
    ...(next ? [["Next page", address("list", new URLSearchParams([...first, ["cursor", next]]))]] : []),
  ];
}

function row(instance) {
  const link = h("a", { href: address("instance", { id: instance.instance_id }) }, instance.instance_id);
  return h("tr", {}, h("th", { scope: "row" }, link), h("td"), h("td"), h("td", {}, moment(instance.created_at)), h("td"));
}

function keepUp(element, instance) {
  const state = `${instance.workflow} ${instance.status} ${instance.updated_at}`;
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  const [, workflow, status, , changed] = element.children;
  workflow.replaceChildren(instance.workflow);
  status.replaceChildren(badge(instance.status));
  changed.replaceChildren(moment(instance.updated_at));
}
