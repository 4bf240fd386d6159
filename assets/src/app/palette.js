// The command palette: actions filtered here, tickets and people found by the desk.
import { htmx } from "./wire.js";

const dialog = document.getElementById("palette");
const help = document.getElementById("help");
const input = dialog?.querySelector("[data-palette-input]");
const visible = () => [...dialog.querySelectorAll(".palette-item:not([hidden])")];

function select(index) {
  const items = visible();
  for (const item of dialog.querySelectorAll(".palette-item")) item.setAttribute("aria-selected", "false");
  const chosen = items.at(items.length ? ((index % items.length) + items.length) % items.length : 0);
  if (!chosen) return;
  chosen.setAttribute("aria-selected", "true");
  chosen.id ||= `palette-item-${Math.random().toString(36).slice(2)}`;
  input.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}
const selected = () => visible().findIndex((item) => item.getAttribute("aria-selected") === "true");

// The letters that the shown tickets and people fit; whether enter waits for the answer to newer ones; whether the
// choice was made with the arrows.
let answered = "";
let entered = false;
let byHand = false;
const typed = () => input.value.trim();
const awaited = () => typed().length > 1 && typed() !== answered;

function narrow() {
  const letters = typed().toLowerCase();
  for (const item of dialog.querySelectorAll("#palette-actions .palette-item")) {
    item.hidden = !item.textContent.toLowerCase().includes(letters);
  }
  const nothing = visible().length === 0;
  dialog.querySelector(".palette-none").hidden = !nothing || awaited();
  dialog.querySelector(".palette-wait").hidden = !nothing || !awaited();
  byHand = false;
  select(0);
}

function clear() {
  answered = "";
  document.getElementById("palette-found").replaceChildren();
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  input.value = "";
  clear();
  dialog.showModal();
  narrow();
}
export function openHelp() {
  if (dialog?.open) dialog.close();
  help?.showModal();
}

function open() {
  entered = false;
  const item = visible()[selected()];
  if (item) item.click();
  else if (typed()) location.href = `/?q=${encodeURIComponent(typed())}`;
}

// Enter means what the letters find, so it waits for their answer, unless what it means is already on the screen.
function enter() {
  const sure = byHand || visible()[selected()]?.closest("#palette-actions");
  if (awaited() && !sure) entered = true;
  else open();
}

input?.addEventListener("input", () => {
  entered = false;
  if (typed().length < 2) clear();
  narrow();
  htmx.trigger(input, "find");
});
dialog?.addEventListener("close", () => {
  entered = false;
});
// Also when the desk cannot answer: then enter falls back to the search page, which says so.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt !== input) return;
  if (event.detail.successful && typed().length > 1) answered = event.detail.requestConfig.parameters.q.trim();
  else clear();
  if (!event.detail.successful) answered = typed();
  narrow();
  if (entered && !awaited()) open();
});
input?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    select(selected() + (event.key === "ArrowDown" ? 1 : -1));
    byHand = true;
    event.preventDefault();
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  enter();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) openPalette();
  if (event.target.closest("[data-help]")) openHelp();
  if (event.target === dialog || event.target === help) event.target.close();
});
