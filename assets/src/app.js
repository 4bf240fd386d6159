import "./app/wire.js";
import "./app/times.js";
import "./app/days.js";
import "./app/menus.js";
import "./app/editor.js";
import "./app/life.js";
import "./app/palette.js";
import "./app/keys.js";
