// Who the reader is: a token where the server asks for one, else a name. Kept until the tab is closed.

import { ask } from "./dialog.js";

const TOKEN = "durably-token";
const NAME = "durably-name";

/** The headers that say who asks. */
export function credentials() {
  const token = sessionStorage.getItem(TOKEN);
  if (token) return { Authorization: `Bearer ${token}` };
  const name = sessionStorage.getItem(NAME);
  return name ? { "Durably-User": asBytes(name) } : {};
}

/** Keep the button up to date, and ask when the server wants to know who this is. */
export function installIdentity(button, changed) {
  let asking = false;

  function show() {
    const name = sessionStorage.getItem(NAME);
    button.textContent = sessionStorage.getItem(TOKEN) ? "Signed in with a token" : name ? `You are ${name}` : "Sign in";
  }

  async function open(reason) {
    if (asking) return;
    asking = true;
    const saved = await ask({
      title: "Who are you?",
      text: reason,
      confirm: "Save",
      fields: [
        {
          name: "token", label: "Access token", type: "password", value: sessionStorage.getItem(TOKEN) ?? "",
          help: "An API key or a bearer token. Kept in this tab only.",
        },
        {
          name: "name", label: "Name", value: sessionStorage.getItem(NAME) ?? "",
          help: "Recorded with what you do, where the server asks for no token.",
        },
      ],
      submit: keep,
    });
    asking = false;
    show();
    if (saved) changed();
  }

  button.addEventListener("click", () => open("The server records who did what."));
  document.addEventListener("unauthenticated", () => open("The server wants to know who you are."));
  show();
}

function keep({ token, name }) {
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
