// A diagnosis: the verdict, what it rests on, what to type next, and the same of the child that it is about.

import { announce, fill, h } from "./dom.js";
import { address } from "./router.js";
import { distance, moment } from "./time.js";

const TONES = {
  on_its_way: "running", activity_running: "running", activity_retrying: "retrying", waiting_for_event: "waiting",
  waiting_for_timer: "waiting", waiting_for_child: "waiting", paused: "suspended", finished: "completed",
};

/** A verdict as people say it. */
export function words(verdict) {
  return verdict.replaceAll("_", " ");
}

/** One diagnosis: `update(found)` draws what has changed of it and leaves the rest alone; `open(yes)` shows all of it. */
export function verdictView({ reveal = null, heading = "h3", isChild = false }) {
  const verdict = h("p", { class: "verdict" });
  const [known, stack, rests, types, below] = Array.from({ length: 5 }, () => h("div"));
  const more = isChild ? h("div") : h("details", {}, h("summary", {}, "What it rests on, and what to type"));
  more.append(known, stack, rests, types, below);
  let child = null;

  function update(found) {
    renew(verdict, [found.verdict, found.healthy, found.summary], sentence);
    renew(known, facts(found), (pairs) => pairs.length > 0 && h("dl", { class: "facts" }, pairs.map(fact)));
    renew(stack, found.failure?.stack ?? null, (text) => text && h("details", {}, h("summary", { "data-focus": "stack" }, "Stack"), h("pre", { tabindex: "0" }, text)));
    renew(rests, found.evidence ?? [], (all) => all.length > 0 && [h(heading, {}, "Evidence"), evidence(all, reveal)]);
    renew(types, found.next_commands ?? [], (all) => all.length > 0 && [h(heading, {}, "What to type next"), commands(all)]);
    renew(below, found.child?.instance_id ?? null, (id) => {
      child = id && verdictView({ heading: "h4", isChild: true });
      return id && [h(heading, {}, "Its child"), h("div", { class: "child" }, h("p", {}, h("a", { href: address("instance", { id }) }, id)), child.element)];
    });
    child?.update(found.child);
  }

  return { element: h("div", {}, verdict, more), update, open: (yes) => { more.open = yes; } };
}

/** Draw a part anew if what it shows has changed; what had the focus in it has it again. */
function renew(part, state, draw) {
  const text = JSON.stringify(state);
  if (part.dataset.state === text) return;
  part.dataset.state = text;
  const focused = part.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  fill(part, ...[draw(state)].flat());
  if (focused) [...part.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === focused)?.focus();
}

function sentence([verdict, healthy, summary]) {
  const tone = healthy ? TONES[verdict] ?? "done" : "failed";
  return [h("span", { class: `badge ${tone}` }, words(verdict)), " ", summary];
}

function facts(found) {
  return [
    ["Since", found.since && [found.since, distance(found.since)]], ["Until", found.until && [found.until, distance(found.until)]],
    ["Activity", found.activity], ["Attempt", found.attempt],
    ["Event", found.event], ["Who may vote", found.approvers?.join(", ")],
    ["Worker", found.worker], ["Pod", found.pod && [found.namespace, found.pod].filter(Boolean).join("/")],
    ["By", found.by], ["Reason", found.reason],
    ["Failure", found.failure && `${found.failure.type}: ${found.failure.message}`],
    ["Expected", found.mismatch?.expected], ["Actual", found.mismatch?.actual],
    ["Where", found.mismatch?.file && [found.mismatch.file, found.mismatch.line].filter(Boolean).join(":")],
  ].filter(([, value]) => value);
}

function fact([term, value]) {
  return h("div", {}, h("dt", {}, term), h("dd", {}, Array.isArray(value) ? [moment(value[0]), ` (${value[1]})`] : String(value)));
}

function evidence(all, reveal) {
  return h("ol", { class: "evidence" }, all.map((one) => {
    const source = [one.source, one.event_type].filter(Boolean).join(", ");
    return h("li", {}, one.at && [moment(one.at), " "], one.text, " ", reveal && one.event_id >= 0 && one.event_id !== null
      ? h("button", {
        type: "button", class: "small", "data-focus": String(one.event_id), onclick: () => reveal(one.event_id),
        "aria-label": `Show event ${one.event_id}, ${source}, in the timeline`,
      }, `${source} ${one.event_id}`)
      : h("span", { class: "hint" }, `(${source})`));
  }));
}

function commands(all) {
  return h("ul", { class: "commands" }, all.map((one) => {
    const code = h("code", {}, one.command);
    const button = h("button", {
      type: "button", class: "small", "data-focus": one.command, "aria-label": `Copy ${one.command}`, onclick: () => copy(code),
    }, "Copy");
    return h("li", {}, h("p", { class: "hint" }, one.what), h("div", { class: "command" }, h("pre", { tabindex: "0" }, code), button));
  }));
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    announce("Copied");
  } catch {
    getSelection().selectAllChildren(code); // without https a page has no clipboard
    announce("Selected; copy it with the keyboard");
  }
}
