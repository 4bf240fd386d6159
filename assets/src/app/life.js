// Beside the conversation: the timer of a ticket, and the own fields a category asks for.
const key = (number) => `flowdesk.timer.${number}`;
const started = (number) => Number(localStorage.getItem(key(number)) || 0);

function says(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return `${minutes}:${rest}`;
}

function tick() {
  for (const button of document.querySelectorAll("[data-timer]")) {
    const since = started(button.dataset.timer);
    button.hidden = false;
    button.toggleAttribute("data-running", since > 0);
    button.title = since ? "Stop, and note the time" : "Start a timer";
    const said = since ? says(Math.max(0, Math.round((Date.now() - since) / 1000))) : "Start";
    const shown = button.querySelector("[data-timer-says]");
    if (shown.textContent !== said) shown.textContent = said;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-timer]");
  if (!button) return;
  const number = button.dataset.timer;
  const since = started(number);
  if (!since) localStorage.setItem(key(number), String(Date.now()));
  else {
    const menu = document.getElementById("prop-time");
    menu.open = true;
    const minutes = menu.querySelector("[data-timer-minutes]");
    minutes.value = String(Math.min(1440, Math.max(1, Math.round((Date.now() - since) / 60000))));
    menu.querySelector("[name=note]").focus();
    event.stopPropagation();
  }
  tick();
}, true);

// Noting the time ends the timer.
document.addEventListener("submit", (event) => {
  const minutes = event.target.querySelector?.("[data-timer-minutes]");
  if (minutes) localStorage.removeItem(key(minutes.dataset.timerMinutes));
});

function ask() {
  const category = document.querySelector("form [name=category]");
  for (const field of document.querySelectorAll("#own-fields .own-field[data-categories]")) {
    const asked = field.dataset.categories.split(" ").filter(Boolean);
    field.hidden = Boolean(category) && asked.length > 0 && !asked.includes(category.value);
  }
}
document.addEventListener("change", (event) => {
  if (event.target.name === "category") ask();
});

ask();
tick();
setInterval(tick, 1000);
