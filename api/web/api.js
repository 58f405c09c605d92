// The HTTP API. Every failure is a `Problem`.

import { credentials } from "./identity.js";

/** What went wrong: the server's problem document, or that there is no server. */
export class Problem extends Error {
  constructor(status, { title, detail, code, errors } = {}) {
    super(detail || title || `The server answered ${status}.`);
    this.status = status;
    this.title = title || "The server cannot be reached";
    this.code = code || "";
    this.errors = errors || [];
  }
}

/** Send a request and give the answer's response object; a bad one is thrown. `quiet`: nobody is asked who this is. */
export async function send(method, path, { query, body, headers, signal, quiet = false } = {}) {
  const all = { ...credentials(), ...headers };
  if (body !== undefined) all["Content-Type"] = "application/json";
  const search = query && [...query].length ? `?${query}` : "";
  let response;
  try {
    response = await fetch(path + search, {
      method,
      headers: all,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      redirect: "error",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "No answer came; it may be restarting." });
  }
  if (response.ok) return response;
  const problem = new Problem(response.status, await response.json().catch(() => ({})));
  if (problem.status === 401 && !quiet) document.dispatchEvent(new CustomEvent("unauthenticated", { detail: problem }));
  throw problem;
}

/** Send a request and give the answer's JSON. */
export async function call(method, path, options) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, body, options) => call("POST", path, { ...options, body });

/** Who the reader is, as the server knows it. */
export const whoami = () => get("/me", { quiet: true });

/** The path of an instance, or of something below it. */
export function instancePath(id, below = "") {
  return `/instances/${encodeURIComponent(id)}${below}`;
}
