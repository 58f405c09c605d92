// Labelled fields, and errors that stand beside the field that they are about.

import { h, fill, uniqueId } from "./dom.js";

/** A labelled control: `{element, name, read}`. Types: text, password, number, textarea, select, checkbox, json. */
export function input({ name, label, help, type = "text", value = "", options = [], required = false, attributes = {} }) {
  const id = uniqueId("field");
  const hint = help && h("p", { class: "hint", id: `${id}-hint` }, help);
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const shared = {
    id, name, "data-field": name, "aria-describedby": [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" "),
    "aria-required": required ? "true" : null, ...attributes,
  };
  const control = controls[type] ? controls[type](shared, value, options) : h("input", { type, autocomplete: "off", value, ...shared });
  const named = h("label", { for: id }, label, required && h("span", { class: "required" }, " (required)"));
  const parts = type === "checkbox" ? [h("div", { class: "check" }, control, named)] : [named, control];
  return { name, control, element: h("div", { class: "field" }, parts, hint, error), read: () => read(type, control) };
}

const controls = {
  textarea: (shared, value) => h("textarea", { rows: "3", ...shared }, value),
  json: (shared, value) => h("textarea", { rows: "8", class: "code", spellcheck: "false", ...shared }, value),
  checkbox: (shared, value) => h("input", { type: "checkbox", checked: Boolean(value), ...shared }),
  select: (shared, value, options) => h("select", shared, options.map(([given, text]) =>
    h("option", { value: given, selected: given === value }, text))),
};

function read(type, control) {
  return type === "checkbox" ? control.checked : control.value;
}

/** Parse what was typed as JSON; nothing is undefined. */
export function parsed(text, field) {
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Object.assign(new Error("This is not JSON."), { errors: [{ field, message: error.message }] });
  }
}

/**
 * Show an error: each of its fields at the control of that name, the rest in `problem`; the first wrong field gets the
 * focus.
 */
export function showErrors(container, problem, error) {
  clearErrors(container);
  const byName = new Map([...container.querySelectorAll("[data-field]")].map((c) => [c.dataset.field, c]));
  const elsewhere = [];
  let first = null;
  for (const { field, message } of error.errors ?? []) {
    const control = nearest(byName, field);
    if (!control) {
      elsewhere.push(h("li", {}, `${field}: ${message}`));
      continue;
    }
    const place = document.getElementById(`${control.id}-error`);
    place.textContent = control.dataset.field === field ? message : `${field}: ${message}`;
    place.hidden = false;
    control.setAttribute("aria-invalid", "true");
    first ??= control;
  }
  fill(problem, h("p", {}, error.message), elsewhere.length > 0 && h("ul", {}, elsewhere));
  first?.focus();
}

/** The control of a field, or of what it is a part of: a wrong list item may have no control of its own. */
function nearest(byName, field) {
  for (let name = field; name; name = name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "") {
    if (byName.has(name)) return byName.get(name);
  }
  return null;
}

export function clearErrors(container) {
  for (const control of container.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    document.getElementById(`${control.id}-error`).hidden = true;
  }
}
