// The page's state is its address (#node=...&depth=...): a link, the back button and a click all end in show().
import { evidencePanel, edgeList } from "./panel.js";
import { drawGraph, selectEdge } from "./graph.js";
import { language, translatePage, words } from "./words.js";
import { searchBox } from "./search.js";

const $ = (id) => document.getElementById(id);
const FILTERS = ["depth", "from", "to"];
const MOST_NODES = 30;
let running = 0;

export async function fetchJson(path, parameters = {}) {
  const address = new URL(path, location.origin);
  for (const [name, value] of Object.entries(parameters)) if (value) address.searchParams.set(name, value);
  const answer = await fetch(address, { headers: { Accept: "application/json, application/problem+json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error([body.detail || body.title, body.mend].filter(Boolean).join(" – "));
  return body;
}

function tell(message) {
  $("status").textContent = message || "";
  $("status").hidden = !message;
}

function go(node, filters = {}) {
  const state = new URLSearchParams({ node, ...filters });
  location.hash = state;
}

async function show() {
  const turn = ++running;
  const state = new URLSearchParams(location.hash.slice(1));
  const node = state.get("node");
  for (const name of FILTERS) $(name).value = state.get(name) || (name === "depth" ? "1" : "");
  $("welcome").hidden = Boolean(node);
  for (const id of ["filters", "legend", "panel", "graph"]) $(id).hidden = !node;
  $("evidence").hidden = true;
  tell("");
  if (!node) return welcome();
  try {
    const filters = Object.fromEntries(FILTERS.map((name) => [name, state.get(name)]));
    const found = await fetchJson("/neighbourhood", { node, format: "cytoscape", limit: MOST_NODES, ...filters });
    if (turn === running) draw(found, filters);
  } catch (error) {
    tell(error.message);
  }
}

function draw(found, filters) {
  const nodes = new Map(found.elements.nodes.map(({ data }) => [data.id, data]));
  const edges = found.elements.edges.map(({ data }) => data);
  const centre = found.elements.nodes[0].data;
  const open = (edge) => openEvidence(edge, nodes, filters);
  $("title").replaceChildren(centre.label, Object.assign(document.createElement("small"), { textContent: words.types[centre.type] || centre.type }));
  document.title = `${centre.label} – Whostands`;
  $("left_out").textContent = found.data.left_out ? words.leftOut(found.data.left_out) : "";
  drawGraph($("graph"), found.elements, centre, { onEdge: open, onNode: (id) => go(id, strip(filters)) });
  edgeList($("list"), centre, nodes, edges, { onEdge: open, onNode: (id) => go(id, strip(filters)) });
}

const strip = (filters) => Object.fromEntries(Object.entries(filters).filter(([, value]) => value));

async function openEvidence(edge, nodes, filters) {
  selectEdge(edge.id);
  for (const button of document.querySelectorAll(".edges button")) button.ariaPressed = String(button.dataset.edge === edge.id);
  const read = (cursor) => fetchJson("/evidence", { subject: edge.source, kind: edge.kind, object: edge.target, from: filters.from, to: filters.to, limit: 10, cursor });
  try {
    await evidencePanel($("evidence"), edge, nodes, read);
    $("panel").scrollTop = 0;
    $("evidence").querySelector("h2").focus();
  } catch (error) {
    tell(error.message);
  }
}

async function welcome() {
  $("title").textContent = words.title;
  document.title = "Whostands";
  try {
    const found = await fetchJson("/actors", { limit: 14 });
    $("frequent").replaceChildren(...found.items.map((actor) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: actor.label });
      button.addEventListener("click", () => go(actor.iri));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  } catch (error) {
    tell(error.message);
  }
}

translatePage();
document.documentElement.lang = language;
searchBox($("q"), $("found"), { onChoose: (found) => go(found.iri), onError: (error) => tell(error.message) });
$("filters").addEventListener("change", () => {
  const node = new URLSearchParams(location.hash.slice(1)).get("node");
  go(node, strip(Object.fromEntries(FILTERS.map((name) => [name, $(name).value === "1" && name === "depth" ? "" : $(name).value]))));
});
document.querySelector(".brand").addEventListener("click", (event) => { event.preventDefault(); location.hash = ""; });
addEventListener("hashchange", show);
show();
