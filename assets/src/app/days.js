// Whole days in the reader's zone: shown so, and told to the server by forms that ask for days.
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const moment = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

for (const element of document.querySelectorAll("time[data-day]")) {
  const date = new Date(element.dateTime);
  const whole = date.getHours() === 0 && date.getMinutes() === 0;
  const shown = whole && element.dataset.day === "last" ? new Date(date - 1) : date;
  const words = shown.getFullYear() === new Date().getFullYear() ? day : dayOfYear;
  element.textContent = (whole ? words : moment).format(shown);
}

for (const input of document.querySelectorAll("input[data-zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
