// The API key: asked for when the service wants one, and forgotten on demand.

import { find } from "./elements.js";
import { key } from "./service.js";

const form = find("key-form");
const used = find("key-used");

/** Prepares the field; calls `changed` when there is another key, or none any more. */
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
