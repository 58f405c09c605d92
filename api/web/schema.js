// JSON Schemas as far as a form needs them.

const DEEPEST = 5;

/** A schema without references, and `nullable` where null is one of two alternatives. */
export function resolved(schema, root) {
  if (schema?.$ref?.startsWith("#/")) {
    const target = schema.$ref.slice(2).split("/").reduce((at, name) => at?.[unescaped(name)], root);
    return resolved({ ...target, ...without(schema, ["$ref"]) }, root);
  }
  if (schema?.allOf?.length === 1) return resolved({ ...schema.allOf[0], ...without(schema, ["allOf"]) }, root);
  const choices = schema?.anyOf ?? schema?.oneOf;
  const real = choices?.filter((choice) => choice.type !== "null");
  if (real?.length === 1) {
    return { ...resolved({ ...real[0], ...without(schema, ["anyOf", "oneOf"]) }, root), nullable: real.length < choices.length };
  }
  return schema ?? {};
}

/** What kind of control a resolved schema is edited with; `json` where no form would do it justice. */
export function kindOf(schema, depth) {
  if (schema.enum || "const" in schema) return "choice";
  switch (schema.type) {
    case "string": return "text";
    case "integer":
    case "number": return "number";
    case "boolean": return "boolean";
    case "array": return depth < DEEPEST && schema.items ? "list" : "json";
    case "object": return depth < DEEPEST && schema.properties ? "object" : "json";
    default: return "json";
  }
}

/** What a field asks for, in words: its description and its bounds. */
export function hint(schema) {
  const bounds = [
    schema.minimum !== undefined && `at least ${schema.minimum}`,
    schema.maximum !== undefined && `at most ${schema.maximum}`,
    schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
    schema.pattern && `matches ${schema.pattern}`,
    schema.format && `a ${schema.format}`,
  ].filter(Boolean).join("; ");
  return [schema.description, bounds && `(${bounds})`].filter(Boolean).join(" ");
}

function without(object, names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function unescaped(name) {
  return decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");
}
