export { default as Viewer } from "bpmn-js/lib/NavigatedViewer.js";
