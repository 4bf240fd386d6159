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

function narrow() {
  const typed = input.value.trim().toLowerCase();
  for (const item of dialog.querySelectorAll("#palette-actions .palette-item")) {
    item.hidden = !item.textContent.toLowerCase().includes(typed);
  }
  dialog.querySelector(".palette-none").hidden = visible().length > 0;
  select(0);
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  input.value = "";
  document.getElementById("palette-found").replaceChildren();
  dialog.showModal();
  narrow();
}
export function openHelp() {
  if (dialog?.open) dialog.close();
  help?.showModal();
}

input?.addEventListener("input", () => {
  narrow();
  htmx.trigger(input, "find");
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "palette-found") narrow();
});
input?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    select(selected() + (event.key === "ArrowDown" ? 1 : -1));
    event.preventDefault();
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  const item = visible()[selected()];
  if (item) item.click();
  else if (input.value.trim()) location.href = `/?q=${encodeURIComponent(input.value.trim())}`;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) openPalette();
  if (event.target.closest("[data-help]")) openHelp();
  if (event.target === dialog || event.target === help) event.target.close();
});
