// Why an instance is where it is: when it is asked for, and what is announced. `verdict.js` draws it.

import { get, instancePath } from "./api.js";
import { announce, h, uniqueId } from "./dom.js";
import { verdictView, words } from "./verdict.js";

const AFTER_CHANGE_MS = 300; // a turn writes several events
const APART_MS = 2_000; // however often something changes
const UNWELL_MS = 4_000;
const WELL_MS = 15_000; // what goes wrong by itself, such as a lost worker, is no event
const OVER = new Set(["finished", "failed"]);

/**
 * The panel. `changed(atOnce)` has it look again soon; `reveal(eventId)` is asked to show an event in the timeline.
 *
 * It asks by itself, for it has something to say when nothing else on the page is there: that no worker answers.
 */
export function diagnosisPanel(id, signal, { reveal }) {
  const heading = uniqueId("why");
  const view = verdictView({ reveal });
  const stale = h("p", { class: "hint", hidden: true }, "It could not be asked just now; this is as of the last answer.");
  const element = h("section", { class: "why", "aria-labelledby": heading, hidden: true },
    h("h2", { id: heading }, "Why is it here?"), view.element, stale);
  let shown = null;
  let timer = 0;
  let due = Infinity;
  let lastAt = 0;
  let asking = false;

  function lookIn(milliseconds) {
    const at = Date.now() + milliseconds;
    if (at >= due || signal.aborted) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(look, milliseconds);
  }

  async function look() {
    due = Infinity;
    if (document.hidden) return; // it is looked at again when it is seen
    if (asking) {
      lookIn(AFTER_CHANGE_MS);
      return;
    }
    asking = true;
    lastAt = Date.now();
    try {
      show(await get(instancePath(id, "/why"), { signal }));
    } catch (error) {
      fail(error);
    } finally {
      asking = false;
    }
  }

  function show(found) {
    const before = shown;
    shown = found;
    element.hidden = false;
    stale.hidden = true;
    element.classList.toggle("unwell", !found.healthy);
    view.update(found);
    const over = OVER.has(found.verdict);
    if (before?.verdict !== found.verdict) {
      view.open(!found.healthy && !over); // of what failed the page says more below
      // A summary may count the minutes: what is read out is what changed, once, and the end by the page.
      if (before && !over) announce(`${id}: ${words(found.verdict)}`);
    }
    if (!over) lookIn(found.healthy ? WELL_MS : UNWELL_MS);
  }

  function fail(error) {
    if (error.name === "AbortError") return;
    if (!("status" in error)) throw error; // a fault of this page belongs in the console
    stale.hidden = shown === null;
    if (error.status === 404) element.hidden = true; // the page says so
    else lookIn(UNWELL_MS);
  }

  function changed(atOnce = false) {
    lookIn(Math.max(AFTER_CHANGE_MS, atOnce ? 0 : lastAt + APART_MS - Date.now()));
  }

  document.addEventListener("visibilitychange", () => document.hidden || lookIn(0), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  lookIn(0);
  return { element, changed };
}
