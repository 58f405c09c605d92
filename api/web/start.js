// Start any workflow: a form out of its JSON Schema, or JSON as it is.

import { get, post } from "./api.js";
import { fill, h, prose } from "./dom.js";
import { attempt, patiently } from "./failing.js";
import { field } from "./fields.js";
import { may, missing } from "./identity.js";
import { input, parsed, showErrors } from "./inputs.js";
import { address, go } from "./router.js";

export function start(main, parameters, signal) {
  const place = h("div", { class: "start" });
  main.append(h("h1", { tabindex: "-1" }, "Start a workflow"), place);
  let workflows = [];

  function show(chosen) {
    const workflow = chosen ? workflows.find((one) => one.name === chosen) : workflows[0];
    const form = workflow ? startForm(workflow, signal) : h("p", { class: "problem" }, `There is no workflow ${chosen}.`);
    fill(place, workflows.length ? [choice(workflows, workflow), form] : h("p", {}, "The worker has no workflows."));
  }

  attempt(async () => {
    workflows = (await patiently(() => get("/workflows", { signal }), signal)).workflows;
    show(parameters.get("workflow"));
  });
  return {
    update(changed) {
      show(changed.get("workflow"));
      document.querySelector("[name=workflow]")?.focus();
    },
  };
}

function choice(workflows, workflow) {
  const made = input({ name: "workflow", label: "Workflow", type: "select", value: workflow?.name, options: [...(workflow ? [] : [["", "(none)"]]), ...workflows.map(({ name }) => [name, name])] });
  made.control.addEventListener("change", () => go(address("start", { workflow: made.read() })));
  return made.element;
}

function startForm(workflow, signal) {
  const schema = workflow.input_schema;
  const fields = field(schema, { root: schema, path: "input", name: "input" });
  const raw = input({ name: "input", label: "Input", type: "json", value: "{}", help: "A JSON object." });
  const asJson = input({ name: "mode", label: "Write the input as JSON", type: "checkbox" });
  const id = input({ name: "instance_id", label: "Instance id", help: "Starting again with the same id and input is the same instance. Without one it is made." });
  const problem = h("div", { role: "alert", class: "problem" });
  const send = h("button", { type: "submit", class: "primary" }, "Start");
  const place = h("div", {}, fields.element);
  const form = h("form", { class: "start", novalidate: true, "aria-label": `Start ${workflow.name}`, onsubmit: (event) => { event.preventDefault(); begin(); } },
    h("p", {}, h("code", {}, workflow.name), ` ${workflow.latest_version}`),
    prose(schema.description),
    asJson.element, h("section", { "aria-label": "Input" }, place), id.element, problem, may("operator") ? h("div", { class: "buttons" }, send) : h("p", {}, missing("operator")));
  asJson.control.addEventListener("change", swap);

  function swap() {
    if (asJson.read()) {
      try {
        raw.control.value = JSON.stringify(fields.read(), null, 2);
      } catch {
        // what cannot be read yet stays in the form
      }
    }
    fill(place, asJson.read() ? raw.element : fields.element);
  }

  async function begin() {
    send.disabled = true;
    try {
      const given = asJson.read() ? parsed(raw.read(), "input") : fields.read();
      const instanceId = id.read().trim();
      const made = await post(`/workflows/${encodeURIComponent(workflow.name)}`, { input: given ?? {}, ...(instanceId && { instance_id: instanceId }) }, { signal });
      go(address("instance", { id: made.instance_id }));
    } catch (error) {
      showErrors(form, problem, error);
    } finally {
      send.disabled = false;
    }
  }

  return form;
}
