// Server-sent events through `fetch`: an EventSource cannot say who asks.

import { Problem, send } from "./api.js";
import { elapsed } from "./polling.js";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Follow a stream until its event `end`, or until the signal is aborted.
 *
 * A connection that is lost is opened again from the last event on. While nobody sees the page there is none: a browser
 * has few connections for each server, and a tab in the background would hold one of them.
 *
 * `on(type, data)` gets each event, `state(connected)` each change of the connection.
 */
export async function follow(path, { signal, on, state }) {
  let last = "";
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    await visible(signal);
    const connection = new AbortController();
    const cut = () => (signal.aborted || document.hidden ? connection.abort() : null);
    signal.addEventListener("abort", cut);
    document.addEventListener("visibilitychange", cut);
    try {
      const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
      const response = await send("GET", path, { headers, signal: connection.signal });
      state(true);
      for await (const event of events(response.body)) {
        if (event.type !== "problem") pause = FIRST_PAUSE_MS;
        if (event.id) last = event.id;
        on(event.type, JSON.parse(event.data));
        if (event.type === "end") return;
      }
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500) throw error;
      if (error instanceof SyntaxError) throw error;
    } finally {
      signal.removeEventListener("abort", cut);
      document.removeEventListener("visibilitychange", cut);
    }
    if (signal.aborted) return;
    state(false);
    await elapsed(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** The events of a stream as they come: `{type, data, id}`. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = fresh();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n/);
    rest = lines.pop();
    for (const line of lines) {
      if (line) {
        take(event, line);
      } else {
        if (event.lines.length) yield { type: event.type, id: event.id, data: event.lines.join("\n") };
        event = fresh();
      }
    }
  }
}

function fresh() {
  return { type: "message", id: "", lines: [] };
}

function take(event, line) {
  const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
  if (name === "event") event.type = value;
  else if (name === "data") event.lines.push(value);
  else if (name === "id") event.id = value;
}

function visible(signal) {
  return new Promise((resolve) => {
    if (!document.hidden || signal.aborted) {
      resolve();
      return;
    }
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
