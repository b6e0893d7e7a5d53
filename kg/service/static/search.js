// A combobox over /actors and /topics (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
import { fetchJson } from "./page.js";
import { words } from "./words.js";

const PAUSE = 120;

export function searchBox(input, list, { onChoose, onError }) {
  let found = [], active = -1, timer = 0, turn = 0;

  const close = () => { list.hidden = true; input.ariaExpanded = "false"; input.removeAttribute("aria-activedescendant"); active = -1; };

  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, number) => { item.ariaSelected = String(number === index); });
    const item = list.children[index];
    if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
  };

  const choose = (index) => {
    if (!found[index]) return;
    input.value = found[index].label;
    onChoose(found[index]);
    found = [];
    close();
  };

  const look = async () => {
    const text = input.value.trim(), mine = ++turn;
    if (!text) return close();
    try {
      const [actors, topics] = await Promise.all([fetchJson("/actors", { q: text, limit: 8 }), fetchJson("/topics", { q: text, limit: 5 })]);
      if (mine !== turn) return;
      found = [...actors.items, ...topics.items];
      list.replaceChildren(...(found.length ? found.map(option) : [nothing()]));
      list.hidden = false;
      input.ariaExpanded = "true";
      mark(found.length ? 0 : -1);
    } catch (error) {
      onError(error);
    }
  };

  const option = (node, index) => {
    const item = document.createElement("li");
    Object.assign(item, { id: `found-${index}`, role: "option" });
    item.append(node.label, Object.assign(document.createElement("small"), { textContent: `${words.types[node.type] || node.type} · ${node.statements}` }));
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(index); });
    return item;
  };

  const nothing = () => Object.assign(document.createElement("li"), { textContent: words.nothing, role: "option", ariaDisabled: "true" });

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return look();
      mark((active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(found.length, 1));
    }
  });
  input.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (list.hidden) await look();
    choose(Math.max(active, 0));
  });
}
