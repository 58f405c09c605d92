// What one can do with an instance. Each is asked for again before it is done, for there is no way back.

import { call, instancePath, post } from "./api.js";
import { ask } from "./dialog.js";
import { announce, h, sync } from "./dom.js";
import { may } from "./identity.js";
import { parsed } from "./inputs.js";
import { address, go } from "./router.js";
import { rerunFrom, spans } from "./spans.js";

const REASON = { name: "reason", label: "Reason", help: "Recorded in the history, after your name." };
const AGAIN = {
  name: "again", label: "Run it again although it completed", type: "checkbox",
  help: "What it did from that event on, such as a payment, is done once more.",
};
const LIVE = ["pending", "running", "stalled"];
const ENDED = ["completed", "failed", "terminated"];

/** The toolbar: `show(view, events)` offers what is possible now; `rerun(span)` asks for a rerun from a span. */
export function actions(id) {
  const element = h("div", { class: "buttons", role: "group", "aria-label": "Actions" });
  let history = [];
  let status = "";

  const tools = [
    { name: "Pause", in: LIVE, act: () => request("pause", "Pause", "What comes in is recorded; nothing is done about it until it is resumed.") },
    { name: "Resume", in: ["suspended"], act: () => request("resume", "Resume", "It goes on where it stands.") },
    { name: "Raise an event", in: [...LIVE, "suspended"], act: raise },
    { name: "Rerun", in: ENDED, act: () => rerun() },
    { name: "Terminate", in: [...LIVE, "suspended"], danger: true, act: () => request("terminate", "Terminate", "It ends now, and so do its children. Nothing that it did is undone.", true) },
    { name: "Purge", in: ENDED, danger: true, act: purge },
  ];

  function request(verb, name, text, danger = false) {
    ask({
      title: `${name} ${id}?`, text, danger, confirm: name, fields: [REASON],
      async submit({ reason }) {
        await post(instancePath(id, `/${verb}`), reason ? { reason } : undefined);
        announce(`${name} was asked for`);
      },
    });
  }

  function raise() {
    ask({
      title: `Raise an event for ${id}`, text: "One that it does not wait for yet is kept until it does.", confirm: "Raise it",
      fields: [
        { name: "name", label: "Event", required: true },
        { name: "payload", label: "Payload", type: "json", help: "JSON, or nothing." },
      ],
      async submit({ name, payload }) {
        if (!name.trim()) throw Object.assign(new Error("An event has a name."), { errors: [{ field: "name", message: "is missing" }] });
        await post(instancePath(id, `/events/${encodeURIComponent(name.trim())}`), parsed(payload, "payload"));
        announce("The event was raised");
      },
    });
  }

  async function purge() {
    const gone = await ask({
      title: `Purge ${id}?`, text: "Its history, input and output are deleted, and those of its children.", danger: true, confirm: "Purge",
      submit: () => call("DELETE", instancePath(id)),
    });
    if (gone) go("/");
  }

  async function rerun(span) {
    const possible = spans(history).filter((one) => one.eventId >= 0);
    const chosen = String(span?.eventId ?? rerunFrom(possible) ?? "");
    const made = await ask({
      title: `Rerun ${id}`, text: "A new instance takes over what came before the event, and does the rest again.", confirm: "Rerun",
      fields: [
        {
          name: "from_event", label: "From", type: "select", value: chosen,
          options: possible.map((one) => [String(one.eventId), `${one.eventId}: ${one.kind} ${one.name || one.fireAt}${one.outcome === "failed" ? ", failed" : ""}`]),
        },
        { name: "input", label: "New input of that event", type: "json", help: "JSON; without one it keeps its own." },
        { name: "instance_id", label: "Id of the new instance", help: "Without one it is made." },
        ...(status === "completed" ? [AGAIN] : []),
      ],
      submit: (values) => post(instancePath(id, "/rerun"), wanted(values)),
    });
    if (made) go(address("instance", { id: made.instance_id }));
  }

  function show(view, events) {
    history = events;
    status = view.status;
    sync(element, tools.filter((tool) => may("operator") && tool.in.includes(view.status)), {
      key: (tool) => tool.name,
      make: (tool) => h("button", { type: "button", class: tool.danger ? "danger" : null, onclick: tool.act }, tool.name),
    });
  }

  return { element, show, rerun };
}

function wanted(values) {
  const input = parsed(values.input, "input");
  return {
    ...(values.from_event && { from_event: Number(values.from_event) }),
    ...(input !== undefined && { input }),
    ...(values.again && { again: true }),
    ...(values.instance_id.trim() && { instance_id: values.instance_id.trim() }),
  };
}
