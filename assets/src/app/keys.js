// The keyboard, the same everywhere. Nothing happens while somebody types.
import { write } from "./editor.js";
import { openHelp, openPalette } from "./palette.js";

const typing = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("main [data-row]")];

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(document.activeElement);
  const current = at < 0 ? all.findIndex((row) => row.getAttribute("aria-current") === "true") : at;
  const next = all[Math.min(all.length - 1, Math.max(0, current + step))] ?? all[0];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function openMenu(id) {
  const menu = document.getElementById(id);
  if (!menu) return;
  menu.open = true;
  menu.scrollIntoView({ block: "nearest" });
  menu.querySelector(".menu-item, input")?.focus();
}

function resolve() {
  const button = document.querySelector('#prop-status button[value="resolved"]');
  if (button && button.getAttribute("aria-current") !== "true") button.click();
}

function search() {
  const field = document.getElementById("search");
  if (field) field.focus();
  else openPalette();
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply"),
  n: () => write("note"),
  a: () => openMenu("prop-assignee"),
  e: resolve,
  "/": search,
  "?": openHelp,
};

let goes = 0;
function go(key) {
  goes = 0;
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  const inside = event.target.closest?.("dialog, details.menu[open]");
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || inside) return;
  if (goes && Date.now() - goes < 1500) {
    event.preventDefault();
    go(event.key);
  } else if (event.key === "g") {
    goes = Date.now();
  } else if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});
