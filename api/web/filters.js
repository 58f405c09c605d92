// The filters of the list. They have no state of their own: what is chosen is what stands in the address.

import { h, sync } from "./dom.js";
import { address, go } from "./router.js";

const STATUSES = ["pending", "running", "suspended", "stalled", "completed", "failed", "terminated"];
const TYPING_MS = 400;

/** The form: `show(query)` sets it, `count(counts)` writes the numbers beside workflows and statuses. */
export function filterForm() {
  let counts = null; // not known
  let query = new URLSearchParams();
  const statuses = facet("status", "Status");
  const workflows = facet("workflow", "Workflow");
  const prefix = h("input", { type: "search", id: "prefix", name: "prefix", autocomplete: "off", spellcheck: "false" });
  const after = h("input", { type: "datetime-local", id: "after", name: "created_after" });
  const typing = later(() => go(chosen(), { replace: query.has("prefix") }));
  const form = h("form", { class: "filters", role: "search", "aria-label": "Filter instances", onsubmit: submit },
    statuses.element, workflows.element,
    h("div", { class: "field" }, h("label", { for: "prefix" }, "Id begins with"), prefix),
    h("div", { class: "field" }, h("label", { for: "after" }, "Created after"), after),
    h("p", {}, h("a", { href: "/" }, "Clear the filters")));
  form.addEventListener("change", (event) => event.target !== prefix && go(chosen()));
  prefix.addEventListener("input", typing);

  function submit(event) {
    event.preventDefault();
    go(chosen());
  }

  function chosen() {
    const wanted = new URLSearchParams();
    for (const box of form.querySelectorAll("input[type=checkbox]:checked")) wanted.append(box.name, box.value);
    if (prefix.value) wanted.set("prefix", prefix.value);
    if (after.value) wanted.set("created_after", new Date(after.value).toISOString());
    return address("list", wanted);
  }

  function draw() {
    statuses.draw(STATUSES, query, counts, "workflow");
    const names = new Set([...(counts ?? []).map((count) => count.workflow), ...query.getAll("workflow")]);
    workflows.draw([...names].filter(Boolean).sort(), query, counts, "status");
  }

  return {
    element: form,
    count(fresh) {
      counts = fresh;
      draw();
    },
    show(wanted) {
      query = wanted;
      if (document.activeElement !== prefix) prefix.value = wanted.get("prefix") ?? "";
      after.value = local(wanted.get("created_after"));
      draw();
    },
  };
}

/** Check boxes of one property; each shows how many there are, given what is chosen of the other property. */
function facet(name, title) {
  const boxes = h("div");
  const element = h("fieldset", {}, h("legend", {}, title), boxes);
  function draw(values, query, counts, other) {
    const others = query.getAll(other);
    const number = (value) => counts && counts
      .filter((count) => count[name] === value && (!others.length || others.includes(count[other])))
      .reduce((sum, count) => sum + count.count, 0);
    sync(boxes, values, {
      key: (value) => value,
      make: (value) => h("label", { class: "check" },
        h("input", { type: "checkbox", name, value }), h("span", { class: "grow" }, value), h("span", { class: "count" })),
      update: (label, value) => {
        const [box, , count] = label.children;
        box.checked = query.getAll(name).includes(value);
        count.textContent = number(value)?.toLocaleString() ?? "";
      },
    });
  }
  return { element, draw };
}

function local(iso) {
  const at = new Date(iso ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function later(act) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, TYPING_MS);
  };
}
