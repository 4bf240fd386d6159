// Writing: drafts that survive, one send per click, the proposed draft, the original of a mail.
import { token } from "./wire.js";

const SAVE_AFTER = 700;
const timers = new Map();

const keyOf = (form) => {
  const editor = form.closest("[data-draft]");
  return editor ? `draft:${editor.dataset.key}:${form.dataset.kind}` : `draft:${location.pathname}`;
};

function say(form, text) {
  const saved = form.querySelector("[data-saved]");
  if (saved) saved.textContent = text;
}

async function save(form) {
  const body = form.elements.body.value;
  const sent = new URLSearchParams({ kind: form.dataset.kind, body });
  const address = form.closest("[data-draft]").dataset.draft;
  const answer = await fetch(address, { method: "POST", body: sent, headers: { "X-CSRFToken": token() }, keepalive: body.length < 60000 }).catch(() => null);
  const kept = answer?.ok;
  if (kept) localStorage.removeItem(keyOf(form));
  say(form, body.trim() ? (kept ? "Draft saved" : "Draft kept in this browser") : "");
}

// The browser's copy is written at once, the desk's a moment later.
function typed(form) {
  localStorage.setItem(keyOf(form), form.elements.body.value);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), SAVE_AFTER));
}

function recover(form) {
  const kept = localStorage.getItem(keyOf(form));
  if (kept === null || form.elements.body.value === kept || !kept.trim()) return;
  form.elements.body.value = kept;
  say(form, "Brought back from this browser");
}

// What was being sent is only forgotten once the ticket's page came back with it.
const sending = JSON.parse(sessionStorage.getItem("sending") ?? "null");
if (sending && document.querySelector("[data-draft]") && (sending[0] === "session" || location.hash.startsWith("#message-"))) {
  (sending[0] === "local" ? localStorage : sessionStorage).removeItem(sending[1]);
}
sessionStorage.removeItem("sending");

for (const form of document.querySelectorAll("[data-draft] form")) {
  recover(form);
  form.addEventListener("input", (event) => {
    if (event.target === form.elements.body) typed(form);
  });
}

// Forms of tasks and new tickets are kept for this tab only.
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !["hidden", "file", "submit", "password"].includes(field.type));
function keep(form) {
  const values = fieldsOf(form).filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked).map((field) => [field.name, field.value]);
  sessionStorage.setItem(`form:${form.action}`, JSON.stringify(values));
}
function refill(form) {
  const kept = JSON.parse(sessionStorage.getItem(`form:${form.action}`) ?? "null");
  if (!kept || form.closest("main").querySelector(".problem")) return;
  const values = new Map(kept);
  for (const field of fieldsOf(form)) {
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.get(field.name) === field.value;
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-once]:not([data-kind])")) keep(form);
});
for (const form of document.querySelectorAll("[data-once]:not([data-kind])")) refill(form);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  clearTimeout(timers.get(form));
  sessionStorage.setItem("sending", JSON.stringify(form.dataset.kind ? ["local", keyOf(form)] : ["session", `form:${form.action}`]));
  for (const button of form.querySelectorAll("button:not([type=button])")) button.classList.add("busy");
});
// Back from the next page, the form may be sent again; the nonce on the desk still tells a repeat.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".busy")) button.classList.remove("busy");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && event.target.tagName === "TEXTAREA") event.target.form?.requestSubmit();
});

for (const button of document.querySelectorAll("[data-use]")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use]");
  if (!button) return;
  const form = button.closest("form");
  const area = form.elements.body;
  const text = document.querySelector(button.dataset.use).textContent;
  area.value = area.value.trim() ? `${area.value.trimEnd()}\n\n${text}` : text;
  area.focus();
  typed(form);
});

document.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const list = event.target.form?.querySelector("[data-chosen]");
  if (list) list.textContent = [...event.target.files].map((file) => file.name).join(", ");
});

// The original of a mail is fetched when somebody asks for it, into a frame that may run nothing.
document.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.dataset?.original || !fold.open || fold.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.className = "original";
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.title = "The mail as it was formatted";
  frame.src = fold.dataset.original;
  fold.append(frame);
}, true);

export function write(kind) {
  const tab = document.getElementById(`write-${kind}`);
  if (!tab) return false;
  tab.checked = true;
  const area = document.getElementById(`${kind}-body`);
  area.focus();
  area.scrollIntoView({ block: "center", behavior: "smooth" });
  return true;
}
for (const kind of ["reply", "note"]) {
  document.getElementById(`write-${kind}`)?.addEventListener("change", () => document.getElementById(`${kind}-body`).focus());
}
