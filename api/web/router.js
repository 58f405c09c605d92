// Which view is shown is in the address: the back button works, and a link can be passed on.

const views = {};
let current = { name: null, search: null, update: null, leave: null };

/** Have `mount(main, parameters, signal)` draw a view; it may return `{update}` to take new parameters in place. */
export function view(name, title, mount) {
  views[name] = { title, mount };
}

/** The address of a view. */
export function address(name, parameters = {}) {
  const query = new URLSearchParams(name === "list" ? {} : { view: name });
  const pairs = parameters instanceof URLSearchParams ? parameters : Object.entries(parameters);
  for (const [key, value] of pairs) query.append(key, value);
  return [...query].length ? `/?${query}` : "/";
}

/** Go to an address of this page. */
export function go(href, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", href);
  show();
}

/** Draw the view of the address anew. */
export function reload() {
  current.name = null;
  show({ focus: false });
}

function show({ focus = true } = {}) {
  const parameters = new URLSearchParams(location.search);
  const name = parameters.get("view") in views ? parameters.get("view") : "list";
  parameters.delete("view");
  current.search = location.search;
  if (name === current.name && current.update) {
    current.update(parameters);
    return;
  }
  current.leave?.abort();
  const leave = new AbortController();
  const main = document.getElementById("content");
  main.replaceChildren();
  document.title = `${views[name].title(parameters)} - Durably`;
  document.getElementById("problem").replaceChildren();
  mark(name);
  current = { name, search: location.search, leave, update: null };
  current.update = views[name].mount(main, parameters, leave.signal)?.update ?? null;
  if (focus) main.querySelector("h1")?.focus();
}

function mark(name) {
  for (const link of document.querySelectorAll("nav [data-view]")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Follow links of this page without loading it again. */
export function run() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const plain = !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || link.target || link.origin !== location.origin || link.pathname !== "/" || link.hash) return;
    event.preventDefault();
    go(link.href);
  });
  // The skip link changes the address, too, and nothing of what is shown.
  window.addEventListener("popstate", () => location.search !== current.search && show());
  show({ focus: false });
}
