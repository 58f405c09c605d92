// Times and durations for people.

import { h } from "./dom.js";

const pad = (number, width = 2) => String(number).padStart(width, "0");
const UNITS = [[86_400, "d"], [3_600, "h"], [60, "min"]];
const FAR = 8_000; // an engine's way to say "never" is the year 9999

/** A moment in the reader's own time zone, which sorts as it reads; the exact one is in the title. */
export function moment(iso) {
  return written(iso, (at) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${time(at)}`);
}

/** A moment as `moment` writes it, without its day. */
export function clock(iso) {
  return written(iso, (at) => `${time(at)}.${pad(at.getMilliseconds(), 3)}`);
}

function written(iso, form) {
  if (!iso) return "";
  const at = new Date(iso);
  return at.getFullYear() > FAR ? "never" : h("time", { datetime: iso, title: iso }, form(at));
}

function time(at) {
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** A number of milliseconds as people say it. */
export function duration(milliseconds) {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const [size, unit] = UNITS.find(([s]) => seconds >= s);
  const [smaller, name] = UNITS[UNITS.findIndex(([s]) => s === size) + 1] ?? [1, "s"];
  const rest = Math.floor((seconds % size) / smaller);
  return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${name}` : ""}`;
}

/** How far away a moment is. */
export function distance(iso) {
  const away = new Date(iso) - Date.now();
  return away >= 0 ? `in ${duration(away)}` : `${duration(-away)} ago`;
}
