// Who the reader is: a token where the server asks for one, else a name. Kept until the tab is closed.

import { ask } from "./dialog.js";

const TOKEN = "durably-token";
const NAME = "durably-name";
const FIELDS = {
  token: { kept: TOKEN, label: "Access token", type: "password", help: "An API key or a bearer token. Kept in this tab only." },
  name: { kept: NAME, label: "Name", help: "Recorded with what you do. The server takes your word for it." },
};

let me = null; // {name, roles, proven} as the server says; null as long as it has not
let asksForToken = null; // whether the server does; null as long as that is not known

/** The headers that say who asks. */
export function credentials() {
  const token = sessionStorage.getItem(TOKEN);
  if (token) return { Authorization: `Bearer ${token}` };
  const name = sessionStorage.getItem(NAME);
  return name ? { "Durably-User": asBytes(name) } : {};
}

/** Whether the reader has a role; as long as nobody has said so, the server will say it. */
export function may(role) {
  return me === null || me.roles.includes(role);
}

/** Why the reader cannot do something that takes a role, as a sentence. */
export function missing(role) {
  return `This takes the role ${role}, which ${me?.name ?? "nobody"} does not have.`;
}

/**
 * Keep the button up to date, and ask when the server wants to know who this is.
 *
 * `whoami` asks the server for it, `changed` is called when it is somebody else. Resolves once it is known, or cannot be.
 */
export function installIdentity(button, { whoami, changed }) {
  let asking = false;

  function show() {
    const name = me?.proven ? me.name : sessionStorage.getItem(NAME);
    button.textContent = name ? `You are ${name}` : "Sign in";
  }

  async function learn() {
    me = null;
    try {
      me = await whoami();
      asksForToken = me.proven;
    } catch (error) {
      if (!("status" in error)) throw error; // a fault of this page belongs in the console
      if (error.status === 401) asksForToken = true;
    }
    show();
  }

  async function open(reason) {
    if (asking) return;
    asking = true;
    if (asksForToken === null) await learn();
    const wanted = asksForToken === null ? ["token", "name"] : asksForToken ? ["token"] : ["name"];
    const saved = await ask({
      title: "Who are you?",
      text: reason,
      confirm: "Save",
      fields: wanted.map((name) => ({ name, value: sessionStorage.getItem(FIELDS[name].kept) ?? "", ...FIELDS[name] })),
      submit: keep,
    });
    if (saved) await learn();
    asking = false;
    if (saved) changed();
  }

  button.addEventListener("click", () => open("The server records who did what."));
  document.addEventListener("unauthenticated", ({ detail }) => {
    asksForToken = true;
    open(sessionStorage.getItem(TOKEN) ? detail.message : "The server wants to know who you are.");
  });
  return learn();
}

function keep({ token = "", name = "" }) {
  if (/[^\x21-\x7e]/.test(token.trim())) {
    const errors = [{ field: "token", message: "A token has letters, digits and signs alone." }];
    throw Object.assign(new Error("This cannot be a token."), { errors });
  }
  sessionStorage.setItem(TOKEN, token.trim());
  sessionStorage.setItem(NAME, name.trim());
}

/** A header holds bytes: the name's UTF-8, each as the character of that number. */
function asBytes(name) {
  return String.fromCharCode(...new TextEncoder().encode(name));
}
