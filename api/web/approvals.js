// The inbox of approvals, and the form that one is answered with.

import { get, instancePath, post } from "./api.js";
import { announce, fill, h, sync, uniqueId } from "./dom.js";
import { attempt } from "./failing.js";
import { may, missing } from "./identity.js";
import { input, showErrors } from "./inputs.js";
import { poll } from "./polling.js";
import { address, go } from "./router.js";
import { distance, moment } from "./time.js";

const PAUSE_MS = 4_000;

export function approvals(main, parameters, signal) {
  let approver = parameters.get("approver") ?? "";
  let counted = null;
  const inbox = h("div", { class: "inbox" });
  const none = h("p", { hidden: true }, "Nothing waits for anybody.");
  const who = input({ name: "approver", label: "Waiting for", value: approver, help: "Only what this person may vote on; empty for all." });
  who.control.addEventListener("change", () => go(address("approvals", who.read() ? { approver: who.read().trim() } : {})));
  main.append(h("h1", { tabindex: "-1" }, "Approvals"),
    h("form", { role: "search", "aria-label": "Filter approvals", onsubmit: (event) => event.preventDefault() }, who.element), none, inbox);

  async function refresh() {
    const query = new URLSearchParams(approver ? { approver } : {});
    const waiting = (await get("/approvals", { query, signal })).approvals;
    none.hidden = waiting.length > 0;
    sync(inbox, waiting, {
      // With the votes, so that a form shows them once others have voted.
      key: (one) => `${one.instance_id} ${one.approval.since} ${one.approval.votes.length} ${one.approval.escalated}`,
      make: (one) => voteForm(one, { heading: "h2", signal, done: look }),
    });
    if (waiting.length !== counted) announce(`Approvals that wait: ${waiting.length}`);
    counted = waiting.length;
  }

  const look = poll(() => attempt(refresh), { signal, pauseMs: PAUSE_MS });
  return {
    update(changed) {
      approver = changed.get("approver") ?? "";
      who.control.value = approver;
      look();
    },
  };
}

/** The approval that a custom status says is waited for, or null: any workflow can write anything there. */
export function pending(status) {
  try {
    const said = JSON.parse(status);
    return typeof said.subject === "string" && Array.isArray(said.approvers) && !said.decision ? said : null;
  } catch {
    return null;
  }
}

/** One approval with a form to answer it; `done` is called once a vote has been taken. */
export function voteForm({ instance_id: id, workflow, approval }, { heading, signal, done = () => {} }) {
  const title = uniqueId("approval");
  const name = uniqueId("vote");
  const problem = h("div", { role: "alert", class: "problem" });
  const reason = input({ name: "reason", label: "Reason", type: "textarea" });
  const send = h("button", { type: "submit", class: "primary" }, "Send the decision");
  const choice = (value, text) => h("label", { class: "check" },
    h("input", { type: "radio", name, value, "data-field": value === "yes" ? "approve" : null, id: `${name}-${value}` }), text);
  const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); vote(); } },
    h("fieldset", { class: "inline" }, h("legend", {}, "Decision"), choice("yes", "Approve"), choice("no", "Reject"),
      h("p", { class: "error", id: `${name}-yes-error`, hidden: true })),
    reason.element, problem, h("div", { class: "buttons" }, send));
  const element = h("article", { "aria-labelledby": title }, h(heading, { id: title }, approval.subject), facts(id, workflow, approval), may("approver") ? form : h("p", {}, missing("approver")));

  async function vote() {
    const chosen = form.querySelector("input[type=radio]:checked")?.value;
    if (!chosen) {
      showErrors(form, problem, Object.assign(new Error("Nothing is decided yet."), { errors: [{ field: "approve", message: "Choose one." }] }));
      return;
    }
    send.disabled = true;
    try {
      await post(instancePath(id, "/events/approval"), { approve: chosen === "yes", reason: reason.read() }, { signal });
      const said = `Your vote to ${chosen === "yes" ? "approve" : "reject"} was taken.`;
      fill(form, h("p", {}, said));
      announce(said);
      document.querySelector("h1").focus(); // the form is gone, and soon this article
      done();
    } catch (error) {
      showErrors(form, problem, error);
    } finally {
      send.disabled = false;
    }
  }

  return element;
}

function facts(id, workflow, approval) {
  const votes = approval.votes ?? [];
  const pairs = [
    ["Instance", h("a", { href: address("instance", { id }) }, id)],
    ["Workflow", workflow],
    ["Who may vote", approval.approvers.join(", ")],
    ["Approvals", `${votes.filter((vote) => vote.approve).length} of ${approval.required}`],
    ["Asked", moment(approval.since)],
    ["Until", [moment(approval.until), ` (${distance(approval.until)})`]],
    ...votes.map((vote) => [vote.by, `${vote.approve ? "approves" : "rejects"}${vote.reason ? `: ${vote.reason}` : ""}`]),
    ...(approval.escalated ? [["Escalated", "yes"]] : []),
  ];
  return h("dl", { class: "facts" }, pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}
