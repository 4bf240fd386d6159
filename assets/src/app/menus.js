// Menus are <details>: they open without a script; this closes them and gives them arrow keys.
const openMenus = () => document.querySelectorAll("details.menu[open]");

function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu") || !menu.open) return;
  for (const other of openMenus()) if (other !== menu) close(other, false);
  const sheet = menu.querySelector(".menu-sheet");
  sheet.classList.toggle("menu-sheet-end", menu.getBoundingClientRect().left + sheet.offsetWidth > innerWidth - 8);
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    close(menu, true);
    event.stopPropagation();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items.at(at < 0 && step < 0 ? -1 : (at + step + items.length) % items.length)?.focus();
  event.preventDefault();
});

// The phone's navigation is a checkbox; Escape closes it.
document.addEventListener("keydown", (event) => {
  const toggle = document.getElementById("nav-toggle");
  if (event.key === "Escape" && toggle?.checked) toggle.checked = false;
});
