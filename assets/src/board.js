// A board: cards are dragged or moved by keys, at once on the screen, and put back if the desk says no.
import Sortable from "sortablejs";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const board = () => document.getElementById("board");
const placeOf = (number) => board().querySelector(`[data-card="${CSS.escape(number)}"]`);
const laneOf = (place) => place.closest("[data-column]");
const mayMove = () => board()?.hasAttribute("data-may-move");

// While somebody drags, chooses or types here, the columns stay as they are; the next round brings what was missed.
let dragging = false;
function busy() {
  const here = board();
  const open = here.querySelector("details.menu[open]") !== null;
  const typed = [...here.querySelectorAll(".lane-add textarea")].some((field) => field === document.activeElement || field.value);
  here.classList.toggle("board-busy", dragging || open || typed);
}
document.addEventListener("toggle", () => board() && busy(), true);
for (const name of ["input", "focusin", "focusout"]) document.addEventListener(name, () => board() && setTimeout(busy));

let moves = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== board()) return;
  busy();
  // What was asked for before the latest move knows nothing of it.
  if (board().classList.contains("board-busy") || moves > 0) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "board" || event.detail.elt?.id === "board") sortable();
});

const refresh = () => board().dispatchEvent(new Event("refresh"));

function say(text, tone, button, act) {
  const box = document.createElement("div");
  box.className = "notice";
  box.dataset.tone = tone;
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (button) {
    const undo = Object.assign(document.createElement("button"), { className: "btn btn-small", type: "button", textContent: button });
    undo.addEventListener("click", () => {
      box.remove();
      act();
    });
    box.append(undo);
  }
  document.getElementById("notices").replaceChildren(box);
  setTimeout(() => box.remove(), button ? 10000 : 8000);
}

async function send(path, fields) {
  moves += 1;
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "X-CSRFToken": token(), "X-Board": "1" },
      body: new URLSearchParams({ csrf_token: token(), ...fields }),
    });
    if (answer.ok) return { ok: true };
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    return { ok: false, detail: said.detail ?? "The desk did not take this. The card is back where it was.", exceed: said.exceed };
  } catch {
    return { ok: false, detail: "The desk cannot be reached. The card is back where it was." };
  } finally {
    moves -= 1;
  }
}

// What a dialog is told, or null when somebody thinks better of it.
function ask(title, said, label, yes, required) {
  const dialog = document.getElementById("board-end");
  const field = dialog.querySelector("textarea");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("[data-said]").textContent = said;
  dialog.querySelector("[data-label]").textContent = label;
  dialog.querySelector("[data-yes]").textContent = yes;
  field.value = "";
  field.required = required;
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      dialog.close("yes");
    };
    dialog.querySelector("[data-no]").onclick = () => dialog.close("");
    dialog.onclose = () => resolve(dialog.returnValue === "yes" ? field.value : null);
  });
}

const path = (number, verb) => `/cards/${encodeURIComponent(number)}/${verb}`;
const where = (place) => ({ lane: laneOf(place), next: place.nextElementSibling });
function put(place, { lane, next }) {
  const list = lane.querySelector(".lane-cards");
  list.insertBefore(place, next?.parentElement === list ? next : null);
}

// The card already stands where it was put; `was` is where it came from.
async function moved(place, was) {
  const number = place.dataset.card;
  const lane = laneOf(place);
  const meaning = lane.dataset.meaning;
  if (lane !== was.lane && meaning !== "open" && place.dataset.waited) return ends(place, was, meaning);
  const before = place.nextElementSibling?.dataset.card ?? "";
  let answer = await send(path(number, "column"), { column: lane.dataset.column, before });
  if (!answer.ok && answer.exceed) {
    const reason = await ask(`${lane.dataset.name} is full`, answer.detail, "Why exceed the limit?", "Move it anyway", true);
    if (reason === null) return back(place, was);
    answer = await send(path(number, "column"), { column: lane.dataset.column, before, reason });
  }
  if (!answer.ok) {
    back(place, was);
    say(answer.detail, "red");
    return;
  }
  refresh();
  if (lane === was.lane) return;
  const back_to = { column: was.lane.dataset.column, before: was.next?.dataset.card ?? "" };
  say(`${number} is in ${lane.dataset.name}.`, "green", "Undo", async () => {
    const undone = await send(path(number, "column"), back_to);
    if (!undone.ok) say(undone.detail, "red");
    refresh();
  });
}

function back(place, was) {
  put(place, { lane: document.getElementById(was.lane.id), next: was.next });
  refresh();
}

async function ends(place, was, meaning) {
  const who = place.dataset.waited;
  const done = meaning === "done";
  const text = done
    ? await ask("Finish this card?", `${who} gets a mail that it is done, and the ticket is closed.`, "For the customer (optional)", "Finish and tell them", false)
    : await ask("Cancel this card?", `The ticket of ${who} goes back to the inbox.`, "Why (optional)", "Cancel the card", false);
  if (text === null) return back(place, was);
  const answer = await send(path(place.dataset.card, done ? "completion" : "cancellation"), done ? { answer: text } : { reason: text });
  if (!answer.ok) {
    back(place, was);
    say(answer.detail, "red");
    return;
  }
  say(done ? `${place.dataset.card} is done. ${who} is told.` : `${place.dataset.card} is cancelled.`, "green");
  refresh();
}

function sortable() {
  if (!mayMove()) return;
  for (const list of board().querySelectorAll(".lane-cards")) {
    let was;
    Sortable.create(list, {
      group: "board",
      draggable: ".tile-place",
      filter: ".menu, .menu *",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      ghostClass: "tile-ghost",
      onStart: ({ item, oldDraggableIndex, from }) => {
        dragging = true;
        busy();
        const others = [...from.querySelectorAll(".tile-place")].filter((one) => one !== item);
        was = { lane: from.closest("[data-column]"), next: others[oldDraggableIndex] ?? null };
      },
      onEnd: ({ item, from, to, oldDraggableIndex, newDraggableIndex }) => {
        dragging = false;
        busy();
        if (from !== to || oldDraggableIndex !== newDraggableIndex) moved(item, was);
        else refresh();
      },
    });
  }
}

// The keyboard: arrows walk over the board, with shift they take the card along.
const tiles = (lane) => [...lane.querySelectorAll("[data-tile]")];
function step(tile, key) {
  const lane = laneOf(tile);
  const lanes = [...board().querySelectorAll("[data-column]")];
  const own = tiles(lane);
  const at = own.indexOf(tile);
  if (key === "ArrowUp" || key === "ArrowDown") return own[at + (key === "ArrowDown" ? 1 : -1)]?.focus();
  const way = key === "ArrowRight" ? 1 : -1;
  for (let n = lanes.indexOf(lane) + way; lanes[n]; n += way) {
    const there = tiles(lanes[n]);
    if (there.length) return there[Math.min(at, there.length - 1)].focus();
  }
}

function carry(tile, key) {
  const place = tile.closest("[data-card]");
  const was = where(place);
  const lanes = [...board().querySelectorAll("[data-column]")];
  if (key === "ArrowUp") {
    if (!place.previousElementSibling) return;
    place.previousElementSibling.before(place);
  } else if (key === "ArrowDown") {
    if (!place.nextElementSibling) return;
    place.nextElementSibling.after(place);
  } else {
    const lane = lanes[lanes.indexOf(was.lane) + (key === "ArrowRight" ? 1 : -1)];
    if (!lane) return;
    put(place, { lane, next: lane.querySelector(".tile-place") });
  }
  tile.focus();
  tile.scrollIntoView({ block: "nearest", inline: "nearest" });
  moved(place, was);
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || !board()) return;
  const typing = event.target.matches?.("input, textarea, select");
  if (event.key === "Escape" && event.target.closest?.(".lane-add")) {
    const add = event.target.closest(".lane-add");
    add.open = false;
    add.querySelector("summary").focus();
  }
  const quick = event.target.closest?.("[data-quick-add]");
  if (quick && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    quick.requestSubmit();
  }
  if (typing || event.target.closest?.("dialog, details.menu[open]")) return;
  const tile = event.target.closest?.("[data-tile]");
  if (tile && event.key.startsWith("Arrow")) {
    event.preventDefault();
    if (!event.shiftKey) step(tile, event.key);
    else if (mayMove()) carry(tile, event.key);
  } else if (tile && event.key === "m" && mayMove()) {
    const menu = tile.closest(".tile").querySelector(".tile-menu");
    menu.open = true;
    menu.querySelector(".menu-item").focus();
    event.preventDefault();
  } else if (event.key === "c" && mayMove()) {
    const add = (tile ? laneOf(tile) : board()).querySelector(".lane-add") ?? board().querySelector(".lane-add");
    if (!add) return;
    add.open = true;
    add.querySelector("textarea").focus();
    event.preventDefault();
  }
});

document.addEventListener("submit", async (event) => {
  const menu = event.target.closest?.("[data-move-to]");
  if (menu) {
    event.preventDefault();
    const place = menu.closest("[data-card]");
    const lane = board().querySelector(`[data-column="${CSS.escape(event.submitter.value)}"]`);
    menu.closest("details").open = false;
    const was = where(place);
    if (lane === was.lane) return;
    put(place, { lane, next: null });
    place.querySelector("[data-tile]").focus();
    moved(place, was);
  }
  const add = event.target.closest?.("[data-quick-add]");
  if (add) {
    event.preventDefault();
    const field = add.querySelector("textarea");
    const answer = await send(add.action, Object.fromEntries(new FormData(add)));
    if (!answer.ok) return say(answer.detail, "red");
    field.value = "";
    const id = add.closest("details").id;
    field.blur();
    busy();
    document.addEventListener("htmx:afterSettle", () => {
      const again = document.getElementById(id);
      again.open = true;
      again.querySelector("textarea").focus();
    }, { once: true });
    refresh();
  }
});

sortable();
