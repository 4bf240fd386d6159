// The board of tickets: a card that is dragged is moved by its own form, which the keyboard uses as well.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

let origin = null;
let dragging = false;
const dialog = document.getElementById("lanes-why");

function why(name) {
  if (!dialog) return Promise.resolve("");
  const field = dialog.querySelector("input");
  dialog.querySelector("h2").textContent = `Why ${name}?`;
  field.value = "";
  dialog.showModal();
  return new Promise((tell) => {
    dialog.addEventListener("close", () => tell(dialog.returnValue === "move" ? field.value.trim() : null), { once: true });
  });
}

function putBack() {
  if (!origin) return;
  origin.list.insertBefore(origin.card, origin.list.children[origin.at] ?? null);
  origin = null;
}

// By a field, because htmx forgets the button that was pressed once the dialog has taken the focus.
function send(form, stage, reason) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "stage", value: stage });
  form.append(field);
  if (reason) form.querySelector("[name=reason]").value = reason;
  form.requestSubmit();
  field.remove();
}

async function moved(event) {
  dragging = false;
  if (event.from === event.to) return;
  const card = event.item;
  origin = { card, list: event.from, at: event.oldIndex };
  const form = card.querySelector(".lanes-move");
  const button = form?.querySelector(`button[value="${CSS.escape(event.to.dataset.stage)}"]`);
  if (!button) return putBack();
  const reason = "why" in event.to.dataset ? await why(event.to.dataset.name) : "";
  if (reason === null || ("why" in event.to.dataset && !reason)) return putBack();
  send(form, button.value, reason);
}

function begin() {
  for (const list of document.querySelectorAll(".lanes-cards:not([data-ready])")) {
    list.dataset.ready = "";
    if (!list.closest(".lanes").querySelector(".lanes-move")) continue;
    Sortable.create(list, {
      group: "board",
      sort: false,
      animation: 120,
      delay: 150,
      delayOnTouchOnly: true,
      filter: "details, button, input",
      preventOnFilter: false,
      ghostClass: "lanes-ghost",
      onStart: () => { dragging = true; },
      onEnd: moved,
    });
  }
}

// Neither a round of polling that begins nor one that comes back takes a card out of somebody's hand.
const held = () => dragging || Boolean(dialog?.open);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "board" && held()) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig.elt.id === "board" && held()) event.detail.shouldSwap = false;
});
// The keyboard's way asks for the reason as well, where one is needed and none is given.
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".lanes-move button[name=stage]");
  const form = button?.form;
  const list = button && document.querySelector(`.lanes-cards[data-stage="${CSS.escape(button.value)}"]`);
  if (!list || !("why" in list.dataset) || form.querySelector("[name=reason]").value.trim() || !event.isTrusted) return;
  event.preventDefault();
  const reason = await why(list.dataset.name);
  if (reason) send(form, button.value, reason);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.elt.matches?.(".lanes-move")) return;
  if (event.detail.failed) putBack();
  origin = null;
});
document.addEventListener("htmx:afterSettle", begin);
begin();
