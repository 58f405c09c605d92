// Elements out of data. Whatever comes from a payload becomes a text node: nothing here, or anywhere else, parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (`onclick: f`) and children; null and false are left out. */
export function h(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** As `h`, for SVG. */
export function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...present(children));
  return element;
}

/** Put new children in the place of the old ones. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

function present(children) {
  return children.flat(2).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Give a container one child for each item, keeping those that are there: what has the focus keeps it. */
export function sync(container, items, { key, make, update }) {
  const before = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = before.get(name);
    before.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
    }
    update?.(child, item);
    if (child === place) place = place.nextElementSibling;
    else container.insertBefore(child, place);
  }
  for (const gone of before.values()) gone.remove();
}

let counter = 0;

/** An id that nothing else on the page has. */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Say something to those who listen instead of looking. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** JSON as text, indented. */
export function json(value) {
  return h("pre", { class: "json", tabindex: "0" }, JSON.stringify(value, null, 2) ?? "");
}

/** A description as paragraphs; of its Markdown only `code` and links are known, the latter as their text. */
export function prose(text) {
  return (text ?? "").split("\n\n").filter(Boolean).map((paragraph) => {
    const pieces = paragraph.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1").split("`");
    return h("p", {}, pieces.map((piece, at) => (at % 2 ? h("code", {}, piece) : piece)));
  });
}

/** Where an instance stands, in words and in colour. */
export function badge(status) {
  return h("span", { class: `badge ${/^[a-z]+$/.test(status) ? status : ""}` }, status);
}
