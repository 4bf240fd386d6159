// htmx with our rules: the CSRF token on every request, polling that never disturbs, errors as notices.
import htmx from "htmx.org/dist/htmx.esm.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const isPoll = (element) => element?.getAttribute?.("hx-trigger")?.startsWith("every");

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});

// Somebody who chooses from a menu or marks a text would lose it to a swap; the next round brings what was missed.
function busy() {
  const selected = document.getSelection()?.toString();
  return document.hidden || document.querySelector(".prop[open], .board-busy") !== null || Boolean(selected);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event.detail.elt) && busy()) event.preventDefault();
});

const isDirty = (form) =>
  [...form.elements].some((field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  });

const ids = (root) => [...root.querySelectorAll("section.task")].map((task) => task.id).join();

// A task's form stays while it is the same task, or while somebody is filling it in.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id !== "tasks") return;
  const shown = document.getElementById("tasks");
  const same = ids(shown) === ids(event.detail.fragment);
  if (same || [...shown.querySelectorAll("form")].some(isDirty)) event.detail.shouldSwap = false;
});

let opened = [];
const remember = () => {
  opened = [...document.querySelectorAll("main details[open][id]")].map((details) => details.id);
};
const restore = () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
};
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isPoll(event.detail.requestConfig.elt)) remember();
  else opened = [...document.querySelectorAll("main details[open][id]:not(.menu)")].map((details) => details.id);
});
document.addEventListener("htmx:afterSettle", restore);
document.addEventListener("htmx:oobAfterSwap", restore);

function notice(text) {
  const box = document.createElement("div");
  box.className = "notice";
  box.dataset.tone = "red";
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  document.getElementById("notices").replaceChildren(box);
}
let lost = false;
document.addEventListener("htmx:sendError", () => {
  if (!lost) notice("The desk cannot be reached. What you type is kept in this browser; this goes away by itself.");
  lost = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!lost || !event.detail.successful) return;
  lost = false;
  document.getElementById("notices").replaceChildren();
});

for (const said of document.querySelectorAll("[data-passing]")) setTimeout(() => said.remove(), 6000);

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".notice")?.remove();
  if (event.target.closest("[data-back]")) history.back();
});
for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;

export { htmx, token };
