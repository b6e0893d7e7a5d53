// The panel beside the graph: every edge as a button (so that the keyboard reaches all the picture shows), and evidence.
import { kindLabel, showDate, showShare, signClass, words } from "./words.js";

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
};

export function edgeList(container, centre, nodes, edges, { onEdge }) {
  const own = edges.filter((edge) => edge.source === centre.id || edge.target === centre.id);
  const rest = edges.filter((edge) => !own.includes(edge));
  container.replaceChildren(
    ...group(words.stances, own.filter((edge) => edge.sign !== null), centre, nodes, onEdge),
    ...group(words.relation, own.filter((edge) => edge.sign === null), centre, nodes, onEdge),
    ...group(words.others, rest, centre, nodes, onEdge),
  );
}

function group(title, edges, centre, nodes, onEdge) {
  if (!edges.length) return [];
  const sorted = [...edges].sort((one, other) => other.count - one.count || one.id.localeCompare(other.id));
  return [make("h2", { textContent: title }), make("ul", { className: "edges" }, ...sorted.map((edge) => make("li", {}, edgeButton(edge, centre, nodes, onEdge))))];
}

function edgeButton(edge, centre, nodes, onEdge) {
  const name = signClass(edge.sign);
  const line = make("i", { className: `line ${name}`, ariaHidden: "true" });
  const start = edge.source === centre.id ? "" : `${nodes.get(edge.source).label} `;
  const text = make("span", {}, start, make("b", { textContent: kindLabel(edge) }), ` ${nodes.get(edge.target).label}`);
  const count = make("small", { textContent: String(edge.count), title: words.times(edge.count) });
  const button = make("button", { type: "button", className: name, ariaPressed: "false" }, line, text, count);
  button.dataset.edge = edge.id;
  button.addEventListener("click", () => onEdge(edge));
  return button;
}

export async function evidencePanel(container, edge, nodes, read) {
  const name = signClass(edge.sign);
  const title = make("h2", { tabIndex: -1 }, nodes.get(edge.source).label, " ", make("b", { className: name, textContent: kindLabel(edge) }), " ", nodes.get(edge.target).label);
  const close = make("button", { type: "button", textContent: "×", ariaLabel: words.close });
  close.addEventListener("click", () => { container.hidden = true; });
  const body = make("div");
  const roles = edge.sign === null ? ["subject", "cue", "object"] : ["actor", "cue", "topic"];
  const keys = make("ul", { className: "keys" }, ...roles.map((role) => make("li", {}, make("mark", { className: role, textContent: words[role] }))));
  await load(body, name, read);
  container.className = `evidence ${name}`;
  container.replaceChildren(make("header", {}, title, close), keys, body);
  container.hidden = false;
}

async function load(body, name, read, cursor) {
  const page = await read(cursor);
  body.append(...page.items.map((item) => statement(item, name)));
  if (!page.next) return;
  const more = make("button", { type: "button", className: "more", textContent: words.more });
  more.addEventListener("click", async () => { more.remove(); await load(body, name, read, page.next); });
  body.append(more);
}

function statement(item, name) {
  const article = item.article;
  const source = [article?.source, showDate(item.date), item.confidence === null ? "" : `${words.confidence} ${showShare(item.confidence)}`].filter(Boolean);
  const title = article ? make("cite", { textContent: article.title || article.id }) : "";
  const linked = article?.url && /^https?:/.test(article.url) ? make("a", { href: article.url, rel: "noopener noreferrer" }, title) : title;
  return make("article", { className: name }, quotation(item), make("p", { className: "meta" }, linked), make("p", { className: "meta", textContent: source.join(" · ") }), ...notes(item));
}

function notes(item) {
  const outside = item.marks.filter((mark) => mark.sentence_start === null && mark.text);
  const said = [...new Set(outside.map((mark) => `${words[mark.role]}: „${mark.text}“ (${words.before})`))];
  if (item.hedged) said.push(words.hedged);
  if (item.reported_by) said.push(`${words.reported} ${item.reported_by.label}`);
  if (item.addressees?.length) said.push(`${words.addressed} ${item.addressees.map((actor) => actor.label).join(", ")}`);
  return said.length ? [make("p", { className: "meta", textContent: said.join(" · ") })] : [];
}

// Offsets count code points, JavaScript's strings count half of some of them.
function quotation(item) {
  const letters = Array.from(item.sentence.text);
  const marks = item.marks.filter((mark) => mark.sentence_start !== null);
  const cuts = [...new Set([0, letters.length, ...marks.flatMap((mark) => [mark.sentence_start, mark.sentence_end])])].sort((one, other) => one - other);
  const pieces = cuts.slice(1).map((end, index) => {
    const text = letters.slice(cuts[index], end).join("");
    const roles = marks.filter((mark) => mark.sentence_start <= cuts[index] && end <= mark.sentence_end).map((mark) => mark.role);
    return roles.length ? make("mark", { className: roles.join(" "), title: roles.map((role) => words[role]).join(", "), textContent: text }) : text;
  });
  return make("blockquote", { lang: item.article?.language || "" }, ...pieces);
}
