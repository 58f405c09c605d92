// What went wrong while something was fetched, above the content, until it goes well again.

import { fill, h } from "./dom.js";
import { elapsed } from "./polling.js";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Run something; show what it throws, or that all is well. An aborted request is neither. */
export async function attempt(work) {
  try {
    const result = await work();
    clearProblem();
    return result;
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    showProblem(error);
    if (!("status" in error)) throw error; // a fault of this page belongs in the console
    return undefined;
  }
}

export function clearProblem() {
  fill(document.getElementById("problem"));
}

export function showProblem(error) {
  const place = document.getElementById("problem");
  const text = error.title ? `${error.title}: ${error.message}` : error.message;
  if (place.textContent !== text) fill(place, h("p", {}, text)); // said again it would be read out again
}

/** Run something again and again while the server is away or too busy; say so until it goes well. */
export async function patiently(work, signal) {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const result = await work();
      clearProblem();
      return result;
    } catch (error) {
      const passes = error.status === 0 || error.status === 429 || error.status >= 500;
      if (!passes || signal.aborted) throw error;
      showProblem(error);
    }
    await elapsed(pause, signal);
    signal.throwIfAborted();
  }
}
