// A form out of a JSON Schema. Each part is `{element, read}`; what was left empty reads as undefined.

import { h } from "./dom.js";
import { input, parsed } from "./inputs.js";
import { hint, kindOf, resolved } from "./schema.js";

const LONG_TEXT = 1_000;

/** The part for a schema. `path` names it as the server's errors do, such as `input.lines.0.sku`. */
export function field(given, { root, path, name, required = false, depth = 0 }) {
  const schema = resolved(given, root);
  const place = { root, path, label: name, required, depth };
  return makers[kindOf(schema, depth)](schema, place);
}

const makers = {
  object(schema, { root, path, label, required, depth }) {
    const needed = new Set(schema.required ?? []);
    const parts = Object.entries(schema.properties).map(([name, property]) => [
      name, field(property, { root, path: `${path}.${name}`, name, required: needed.has(name), depth: depth + 1 }),
    ]);
    const body = h("div", {}, schema.description && depth > 0 && h("p", { class: "hint" }, schema.description), parts.map(([, part]) => part.element));
    const read = () => Object.fromEntries(parts.map(([name, part]) => [name, part.read()]).filter(([, value]) => value !== undefined));
    if (depth === 0) return { element: body, read };
    if (required) return { element: h("fieldset", {}, h("legend", {}, label), body), read };
    // Nobody can tell from empty fields whether there is an empty object or none.
    const given = input({ name: `${path}?`, label: `Give ${label}`, type: "checkbox" });
    given.control.addEventListener("change", () => { body.hidden = !given.read(); });
    body.hidden = true;
    return { element: h("fieldset", {}, h("legend", {}, label), given.element, body), read: () => (given.read() ? read() : undefined) };
  },

  list(schema, { root, path, label, required, depth }) {
    const items = [];
    const rows = h("div");
    const add = h("button", { type: "button", class: "small", onclick: () => grow(true) }, `Add to ${label}`);
    const element = h("fieldset", {}, h("legend", {}, label), hint(schema) && h("p", { class: "hint" }, hint(schema)), rows, add);

    // Items are numbered as they are sent, so each is made anew when one before it goes.
    function grow(focus) {
      const at = items.length;
      const part = field(schema.items, { root, path: `${path}.${at}`, name: `${label} ${at + 1}`, required: true, depth: depth + 1 });
      const row = h("div", { class: "item" }, part.element);
      items.push({ part, row });
      rows.append(row);
      takeAway.hidden = false;
      if (focus) row.querySelector("input, select, textarea")?.focus();
    }

    function shrink() {
      items.pop().row.remove();
      takeAway.hidden = !items.length;
      (items.length ? takeAway : add).focus();
    }

    const takeAway = h("button", { type: "button", class: "small", hidden: true, onclick: shrink }, `Remove the last of ${label}`);
    element.append(" ", takeAway);
    for (let i = 0; i < (schema.minItems ?? 0); i += 1) grow(false);
    return { element, read: () => (items.length || required ? items.map(({ part }) => part.read()) : undefined) };
  },

  text(schema, place) {
    const type = (schema.maxLength ?? 0) > LONG_TEXT ? "textarea" : "text";
    const made = input({ ...shared(schema, place), type, value: schema.default ?? "" });
    // An empty text may be what is meant where the field has to be there.
    return { element: made.element, read: () => made.read() || (place.required && !schema.minLength ? "" : undefined) };
  },

  number(schema, place) {
    const attributes = { inputmode: schema.type === "integer" ? "numeric" : "decimal" };
    const made = input({ ...shared(schema, place), value: schema.default ?? "", attributes });
    function read() {
      const text = made.read().trim();
      if (!text) return undefined;
      return Number.isNaN(Number(text)) ? text : Number(text); // the server says what is wrong with it
    }
    return { element: made.element, read };
  },

  boolean(schema, place) {
    const made = input({ ...shared(schema, place), type: "checkbox", value: schema.default });
    return { element: made.element, read: () => made.read() };
  },

  choice(schema, place) {
    const values = schema.enum ?? [schema.const];
    const options = [...(place.required ? [] : [["", "(none)"]]), ...values.map((value, at) => [String(at), String(value)])];
    const made = input({ ...shared(schema, place), type: "select", options, value: String(values.indexOf(schema.default)) });
    return { element: made.element, read: () => (made.read() === "" ? undefined : values[Number(made.read())]) };
  },

  json(schema, place) {
    const value = schema.default === undefined ? "" : JSON.stringify(schema.default);
    const made = input({ ...shared(schema, place), type: "json", value, help: `${hint(schema)} JSON.`.trim() });
    return { element: made.element, read: () => parsed(made.read(), place.path) };
  },
};

function shared(schema, { path, label, required }) {
  return { name: path, label, required, help: hint(schema) };
}
