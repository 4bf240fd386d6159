// Times: relative in words, exact on hover in the reader's zone, countdowns that tick.
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const moment = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const MINUTE = 60, HOUR = 3600, DAY = 86400;

function short(seconds) {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
}

function lasting(seconds) {
  const parts = [[Math.floor(seconds / DAY), "d"], [Math.floor(seconds / HOUR) % 24, "h"], [Math.floor(seconds / MINUTE) % 60, "min"], [Math.floor(seconds) % 60, "s"]];
  return parts.filter(([count]) => count).slice(0, 2).map(([count, unit]) => `${count} ${unit}`).join(" ") || "0 s";
}

function ago(date) {
  const seconds = (Date.now() - date) / 1000;
  if (Math.abs(seconds) < MINUTE) return seconds >= 0 ? "just now" : "in a moment";
  if (Math.abs(seconds) > 7 * DAY) return (date.getFullYear() === new Date().getFullYear() ? day : dayOfYear).format(date);
  return seconds > 0 ? `${short(seconds)} ago` : `in ${short(-seconds)}`;
}

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

function tick() {
  for (const element of document.querySelectorAll("[data-left]")) {
    const left = (new Date(element.dataset.left) - Date.now()) / 1000;
    const said = element.dataset.form === "row" ? short(Math.abs(left)) : lasting(Math.abs(left));
    put(element, `${said} ${left < 0 ? "over" : "left"}`);
  }
}

function tell() {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const date = new Date(element.dateTime);
    if (element.title !== exact.format(date)) element.title = exact.format(date);
    if ("ago" in element.dataset) put(element, ago(date));
    else if ("here" in element.dataset) put(element, `${short((Date.now() - date) / 1000)} here`);
    else if ("moment" in element.dataset) put(element, moment.format(date));
  }
  tick();
}

tell();
setInterval(tick, 1000);
setInterval(tell, 20000);
document.addEventListener("htmx:afterSettle", tell);
