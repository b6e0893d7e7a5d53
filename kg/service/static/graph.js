// Draws a neighbourhood with Cytoscape. Colour is never alone: lines differ in style, nodes in shape.
import { kindLabel, signClass } from "./words.js";

const LABELLED = 45, PADDING = 40, PASSES = 60, GAP = 10;
let drawn = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const SHAPES = { positive: "solid", negative: "dashed", neutral: "dotted", relation: "solid" };

function style(many) {
  const ink = colour("ink"), sheet = colour("ground");
  const text = { "font-family": "system-ui, sans-serif", "font-size": 12, color: ink, "text-wrap": "wrap", "text-max-width": 120 };
  return [
    { selector: "node", style: { label: "data(label)", "min-zoomed-font-size": 7, ...text } },
    { selector: "node[kind='actor']", style: { shape: "ellipse", width: "mapData(weight, 1, 60, 20, 40)", height: "mapData(weight, 1, 60, 20, 40)", "background-color": colour("actor"), "text-valign": "bottom", "text-margin-y": 5, "text-background-color": sheet, "text-background-opacity": 0.85, "text-background-padding": 2 } },
    { selector: "node[kind='topic']", style: { shape: "round-rectangle", width: 128, height: (node) => 16 + 15 * Math.min(Math.ceil(node.data("label").length / 18), 4), "background-color": colour("topic"), "border-width": 1, "border-color": colour("soft"), "text-valign": "center", "text-max-width": 118, "font-size": 11 } },
    { selector: "node[distance=0]", style: { "border-width": 4, "border-color": colour("accent"), "font-weight": 700, "font-size": 14 } },
    { selector: "edge", style: { "curve-style": "bezier", "control-point-step-size": 46, width: "data(width)", "line-color": "data(colour)", "line-style": "data(line)", "target-arrow-color": "data(colour)", "target-arrow-shape": "data(arrow)", "arrow-scale": 0.9, label: many ? "" : "data(text)", "font-size": 10, color: "data(colour)", "text-rotation": "autorotate", "text-background-color": sheet, "text-background-opacity": 0.9, "text-background-padding": 2, "overlay-padding": 6 } },
    { selector: "edge.relation", style: { "line-color": sheet, "line-outline-width": 1.5, "line-outline-color": colour("relation") } },
    { selector: "edge:selected, edge.over", style: { label: "data(text)", width: 6, "z-index": 9 } },
    { selector: "node:active, edge:active", style: { "overlay-opacity": 0.12 } },
  ];
}

function prepare(edge) {
  const name = signClass(edge.sign);
  const shown = { width: Math.min(1.5 + Math.log2(edge.count), 6), colour: colour(name === "relation" ? "relation" : name), line: SHAPES[name], arrow: edge.symmetric ? "none" : "triangle", text: kindLabel(edge) };
  return { group: "edges", classes: name, data: { ...edge, ...shown } };
}

export function drawGraph(container, elements, centre, { onEdge, onNode }) {
  drawn?.destroy();
  const edges = elements.edges.map(({ data }) => prepare(data));
  drawn = cytoscape({
    container,
    elements: [...elements.nodes.map((node) => ({ group: "nodes", ...node })), ...edges],
    style: style(edges.length > LABELLED),
    minZoom: 0.2,
    maxZoom: 1.6,
  });
  arrange(drawn);
  drawn.maxZoom(3);
  drawn.on("tap", "edge", (event) => onEdge(event.target.data()));
  drawn.on("tap", "node", (event) => { if (event.target.id() !== centre.id) onNode(event.target.id()); });
  drawn.on("mouseover", "edge", (event) => { event.target.addClass("over"); container.style.cursor = "pointer"; });
  drawn.on("mouseout", "edge", (event) => { event.target.removeClass("over"); container.style.cursor = ""; });
  drawn.on("mouseover", "node", () => { container.style.cursor = "pointer"; });
  drawn.on("mouseout", "node", () => { container.style.cursor = ""; });
  container.graph = drawn; // for those who look with the browser's own tools
}

// The same graph is always drawn the same way: the physical layout starts from circles, not from chance.
function arrange(graph) {
  graph.layout({ name: "concentric", concentric: (node) => 10 - node.data("distance"), levelWidth: () => 1, minNodeSpacing: 60, animate: false }).run();
  graph.layout({ name: "cose", animate: false, randomize: false, nodeRepulsion: () => 300000, idealEdgeLength: () => 110, nodeOverlap: 24, gravity: 0.6, numIter: 600, nodeDimensionsIncludeLabels: true }).run();
  graph.batch(() => { widen(graph); separate(graph.nodes()); });
  graph.fit(undefined, PADDING);
}

// Labels are wide and so is the stage: spread the nodes to its shape.
function widen(graph) {
  const box = graph.nodes().boundingBox(), shape = graph.width() / graph.height();
  const factor = Math.min(Math.max((shape * box.h) / Math.max(box.w, 1), 1), 3);
  graph.nodes().positions((node) => ({ x: node.position("x") * factor, y: node.position("y") }));
}

function separate(nodes) {
  const boxes = nodes.map((node) => ({ node, ...node.position(), ...size(node) }));
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        const across = (one.width + other.width) / 2 - Math.abs(one.x - other.x);
        const down = (one.height + other.height) / 2 - Math.abs(one.y - other.y);
        if (across <= 0 || down <= 0) continue;
        const step = (one.y <= other.y ? -1 : 1) * (down / 2 + 1);
        one.y += step;
        other.y -= step;
      }
    }
  }
  for (const { node, x, y } of boxes) node.position({ x, y });
}

const size = (node) => {
  const box = node.boundingBox({ includeEdges: false });
  return { width: box.w + GAP, height: box.h + GAP };
};

export function selectEdge(id) {
  drawn?.elements().unselect();
  drawn?.getElementById(id).select();
}
