// Stepping through a history: the server replays it with today's code, and tells what the code saw at each step.

import { get, instancePath } from "./api.js";
import { announce, fill, h, uniqueId } from "./dom.js";
import { differs, stepView, summary } from "./replayed.js";
import { address } from "./router.js";

const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

/** The part of an instance's page that steps through its history; `step` is one to begin with, opened at once. */
export function stepper(id, signal, { step }) {
  const slider = h("input", { type: "range", min: "1", max: "1", value: "1", "aria-label": "Step", oninput: () => show(Number(slider.value)) });
  const button = (name, to) => h("button", { type: "button", "aria-label": name, onclick: () => show(to()) }, name);
  const buttons = {
    first: button("First step", () => 1),
    previous: button("Previous step", () => at - 1),
    next: button("Next step", () => at + 1),
    last: button("Last step", () => steps().length),
  };
  const heading = uniqueId("step");
  const title = h("h3", { id: heading });
  const said = h("div");
  const shown = h("div", { role: "region", "aria-labelledby": heading });
  const controls = h("div", { class: "steps", role: "group", "aria-label": "Steps", hidden: true },
    buttons.first, buttons.previous, slider, buttons.next, buttons.last,
    h("button", { type: "button", class: "small", onclick: load }, "Replay again"));
  const element = h("details", { class: "replay", onkeydown: pressed, ontoggle: () => element.open && !found && load() },
    h("summary", {}, "Step through: what the workflow's code saw"),
    h("p", { class: "hint" }, "The history is replayed with the code of the worker that answers. Nothing happens to the instance."),
    said, controls, title, shown);
  let found = null;
  let at = 0;

  const steps = () => found?.rehearsal.steps ?? [];

  async function load() {
    try {
      found = await get(instancePath(id, "/replay"), { signal });
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!("status" in error)) throw error; // a fault of this page belongs in the console
      fill(said, h("p", { class: "differs", role: "alert" }, error.message));
      return;
    }
    fill(said, summary(found), differs(found.rehearsal.divergence));
    controls.hidden = !steps().length;
    slider.max = String(steps().length);
    if (steps().length) show(at || Number(step) || 1, { quietly: !at });
  }

  function show(wanted, { quietly = false } = {}) {
    at = Math.min(Math.max(Math.trunc(wanted) || 1, 1), steps().length);
    slider.value = String(at);
    const view = stepView(found, at);
    slider.setAttribute("aria-valuetext", `Step ${at} of ${steps().length}`);
    disable([buttons.first, buttons.previous], at === 1);
    disable([buttons.next, buttons.last], at === steps().length);
    title.textContent = view.title;
    fill(shown, view.parts);
    if (quietly) return;
    announce(view.title);
    history.replaceState(null, "", address("instance", { id, step: at }));
  }

  function disable(some, disabled) {
    if (disabled && some.includes(document.activeElement)) slider.focus(); // what is out of use loses the focus
    for (const one of some) one.disabled = disabled;
  }

  function pressed(event) {
    const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
    if (!(event.key in KEYS) || !plain || event.target === slider || !steps().length) return;
    event.preventDefault();
    show(at + KEYS[event.key]);
  }

  if (step) element.open = true;
  return element;
}
