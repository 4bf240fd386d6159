// A drawing to read, with the path an instance took drawn over it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";

const place = document.getElementById("drawing");
const data = JSON.parse(document.getElementById("drawing-data").textContent);
// Colours that follow the theme.
const colours = { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--drawing-line)", defaultLabelColor: "var(--drawing-line)" };
const viewer = new NavigatedViewer({ container: place, bpmnRenderer: colours });
const canvas = viewer.get("canvas");
const elements = viewer.get("elementRegistry");
const overlays = viewer.get("overlays");
const bubble = (className, text, title) => Object.assign(document.createElement("div"), { className, textContent: text, title });

function mark(ids, className) {
  for (const id of ids ?? []) if (elements.get(id)) canvas.addMarker(id, className);
}

function badges() {
  for (const id of new Set(data.active ?? [])) {
    if (elements.get(id)) overlays.add(id, { position: { top: -12, right: 12 }, html: bubble("token", "●", "It stands here now") });
  }
  for (const id of new Set(data.incidents ?? [])) {
    if (elements.get(id)) overlays.add(id, { position: { top: -12, left: -8 }, html: bubble("token token-stuck", "!", "It is stuck here") });
  }
  for (const [id, count] of Object.entries(data.counts ?? {})) {
    if (count > 1 && elements.get(id)) overlays.add(id, { position: { bottom: 8, left: 4 }, html: bubble("times", `${count}×`, `Done ${count} times`) });
  }
}

function show(id) {
  for (const element of elements.filter((one) => canvas.hasMarker(one.id, "path-shown"))) canvas.removeMarker(element.id, "path-shown");
  const element = elements.get(id);
  if (!element) return;
  canvas.scrollToElement(element, 80);
  canvas.addMarker(id, "path-shown");
}

// A wide drawing that would be too small to read starts at its beginning, or where the instance stands.
function frame() {
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() >= 0.45) return;
  canvas.zoom(0.6);
  const here = (data.active ?? []).map((id) => elements.get(id)).find(Boolean);
  const start = elements.find((one) => one.type === "bpmn:StartEvent");
  if (here) canvas.scrollToElement(here, { top: 160, left: 240, bottom: 160, right: 240 });
  else if (start) canvas.scrollToElement(start, { top: 70, left: 90, bottom: 70, right: 90 });
}

// An arrow's head takes the colour the line is drawn with, not the one a style gives it.
function drawPath(ids) {
  const graphics = viewer.get("graphicsFactory");
  for (const flow of (ids ?? []).map((id) => elements.get(id)).filter(Boolean)) {
    flow.di.set("color:border-color", "var(--green)");
    graphics.update("connection", flow, elements.getGraphics(flow));
  }
  mark(ids, "path-flow");
}

// What the instance has not come to steps back, names and all, so that the way it went is seen at a glance.
function dimTheRest() {
  if (!data.completed) return;
  const seen = new Set([...data.completed, ...(data.flows ?? []), ...(data.active ?? []), ...(data.incidents ?? [])]);
  for (const element of elements.getAll()) {
    if (element.parent && !seen.has(element.labelTarget?.id ?? element.id)) canvas.addMarker(element.id, "path-not");
  }
}

await viewer.importXML(data.xml);
dimTheRest();
mark(data.completed, "path-done");
drawPath(data.flows);
mark(data.active, "path-active");
mark(data.incidents, "path-stuck");
badges();
frame();
place.dataset.ready = "1";

const zooms = { fit: () => canvas.zoom("fit-viewport", "auto"), in: () => canvas.zoom(canvas.zoom() * 1.25), out: () => canvas.zoom(canvas.zoom() / 1.25) };
document.addEventListener("click", (event) => {
  const zoom = event.target.closest("[data-zoom]");
  if (zoom) zooms[zoom.dataset.zoom]();
  const step = event.target.closest("[data-element]");
  if (step && place.contains(step) === false) show(step.dataset.element);
});
