// The API key: requested if the service needs one, and forgotten on demand.

import { find } from "./elements.js";
import { key } from "./service.js";

const form = find("key-form");
const used = find("key-used");

/** Prepares the field; calls `changed` when the key was set or forgotten. */
export function watchKey(changed) {
  used.hidden = key.get() === null;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    key.set(find("key").value.trim());
    find("key").value = "";
    form.hidden = true;
    used.hidden = false;
    find("text").focus();
    changed();
  });
  find("key-forget").addEventListener("click", () => {
    key.forget();
    used.hidden = true;
    changed();
  });
}

/** Shows the field. */
export function askForKey() {
  form.hidden = false;
}
