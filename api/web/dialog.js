// A question in a modal dialog. The browser keeps the focus inside, closes it on Escape, and gives the focus back.

import { h, fill, uniqueId } from "./dom.js";
import { input, showErrors } from "./inputs.js";

/**
 * Ask, do, and close once it is done.
 *
 * `submit` gets the values by name; what it throws is shown and the dialog stays open. Resolves to what `submit`
 * returned, or true; to null when the reader went back.
 */
export function ask({ title, text, fields = [], confirm, danger = false, submit }) {
  const heading = uniqueId("dialog");
  const inputs = fields.map((field) => input(field));
  const problem = h("div", { role: "alert", class: "problem" });
  const yes = h("button", { type: "submit", class: danger ? "danger" : "primary" }, confirm);
  return new Promise((resolve) => {
    let answer = null;
    const dialog = h("dialog", { "aria-labelledby": heading, onclose: () => { dialog.remove(); resolve(answer); } },
      h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); act(); } },
        h("h2", { id: heading }, title),
        text && h("p", {}, text),
        inputs.map((field) => field.element),
        problem,
        h("div", { class: "buttons" },
          yes, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"))));

    async function act() {
      const values = Object.fromEntries(inputs.map((field) => [field.name, field.read()]));
      yes.disabled = true;
      fill(problem);
      try {
        answer = (await submit(values)) ?? true;
        dialog.close();
      } catch (error) {
        showErrors(dialog, problem, error);
      } finally {
        yes.disabled = false;
      }
    }

    document.body.append(dialog);
    dialog.showModal();
  });
}
