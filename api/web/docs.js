// The API's own description, drawn from /openapi.json: nothing is fetched from anywhere else.

import { get, whoami } from "./api.js";
import { fill, h, json, prose } from "./dom.js";
import { attempt } from "./failing.js";
import { installIdentity } from "./identity.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

async function show() {
  const document_ = await get("/openapi.json");
  const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => method in methods).map((method) => ({ path, method, ...methods[method] })));
  fill(document.getElementById("content"),
    h("h1", { tabindex: "-1" }, `${document_.info.title} ${document_.info.version}`),
    prose(document_.info.description),
    h("p", {}, "For other tools: ", h("a", { href: "/openapi.json" }, "/openapi.json")),
    operations.map(operation),
    h("h2", {}, "Schemas"),
    Object.entries(document_.components?.schemas ?? {}).map(([name, schema]) =>
      h("details", { id: `schema-${name}` }, h("summary", {}, h("code", {}, name)), json(schema))));
}

function operation({ path, method, summary, description, parameters = [], requestBody, responses }) {
  return h("details", { class: "operation" },
    h("summary", {}, h("code", {}, `${method.toUpperCase()} ${path}`), ` ${summary ?? ""}`),
    prose(description),
    parameters.length > 0 && table("Parameters", ["Name", "In", "Required", "What"],
      parameters.map((one) => [h("code", {}, one.name), one.in, one.required ? "yes" : "no", one.description ?? ""])),
    requestBody && [h("h3", {}, "Body"), schemaOf(requestBody)],
    table("Answers", ["Status", "What", "Body"],
      Object.entries(responses).map(([status, one]) => [status, codes(one), schemaOf(one)])));
}

/** What an answer says, and which problem codes it may carry. */
function codes(response) {
  const examples = Object.keys(Object.values(response.content ?? {})[0]?.examples ?? {});
  return [response.description, examples.length > 0 && [": ", h("code", {}, examples.join(", "))]].flat(2).filter(Boolean);
}

function schemaOf({ content = {} }) {
  const parts = Object.entries(content).map(([type, { schema }]) => {
    const name = schema?.$ref?.split("/").at(-1);
    return h("p", {}, h("code", {}, type), " ", name ? h("a", { href: `#schema-${name}` }, name) : schema ? json(schema) : "");
  });
  return h("div", {}, parts);
}

function table(caption, columns, rows) {
  return h("div", { class: "scroll" }, h("table", {}, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)))))));
}

document.addEventListener("click", (event) => {
  const name = event.target.closest("a[href^='#schema-']")?.hash.slice(1);
  if (name) document.getElementById(name).open = true;
});

const draw = () => attempt(show);
installIdentity(document.getElementById("identity"), { whoami, changed: draw });
draw();
