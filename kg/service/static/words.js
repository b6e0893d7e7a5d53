// What the page says, in German and in English, by the browser's language.
const ALL = {
  de: {
    title: "Wer steht wo?", skip: "Zum Inhalt", search: "Akteur oder Thema suchen", depth: "Schritte", from: "von", to: "bis",
    lead: "Positionen von Staaten, Organisationen und Personen, aus Nachrichten gelesen – jede mit dem Satz, der sie belegt.",
    frequent: "Am häufigsten genannt", positive: "dafür", neutral: "neutral", negative: "dagegen", relation: "Beziehung",
    actor: "Akteur", topic: "Thema", cue: "Haltung", subject: "von", object: "zu", close: "Schließen", more: "Mehr laden",
    confidence: "Sicherheit", nothing: "Nichts gefunden", stances: "Positionen", others: "Dazwischen", hedged: "abgeschwächt",
    reported: "laut", addressed: "gerichtet an", before: "steht in einem anderen Satz", undated: "ohne Datum",
    times: (count) => (count === 1 ? "1 Beleg" : `${count} Belege`), leftOut: (count) => `${count} weitere Knoten nicht gezeigt`,
    types: { State: "Staat", Person: "Person", Organisation: "Organisation", Organization: "Organisation", Coalition: "Bündnis", Group: "Gruppe", Government: "Regierung", Topic: "Thema", Actor: "Akteur" },
  },
  en: {
    title: "Who stands where?", skip: "Skip to content", search: "Search for an actor or a topic", depth: "Steps", from: "from", to: "to",
    lead: "Positions of states, organisations and persons, read from news articles – each with the sentence that shows it.",
    frequent: "Most often named", positive: "in favour", neutral: "neutral", negative: "against", relation: "relation",
    actor: "Actor", topic: "Topic", cue: "Stance", subject: "from", object: "to", close: "Close", more: "Load more",
    confidence: "confidence", nothing: "Nothing found", stances: "Positions", others: "In between", hedged: "hedged",
    reported: "according to", addressed: "addressed to", before: "stands in another sentence", undated: "undated",
    times: (count) => (count === 1 ? "1 sentence" : `${count} sentences`), leftOut: (count) => `${count} more nodes not shown`,
    types: {},
  },
};

export const language = (navigator.language || "de").toLowerCase().startsWith("de") ? "de" : "en";
export const words = ALL[language];

export const kindLabel = (edge) => (language === "de" ? edge.label : edge.label_en || edge.kind.replaceAll("_", " "));
export const signClass = (sign) => ({ 1: "positive", "-1": "negative", 0: "neutral" })[sign] ?? "relation";
export const showDate = (date) => (date ? new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(date)) : words.undated);
export const showShare = (share) => new Intl.NumberFormat(language, { style: "percent" }).format(share);

export function translatePage() {
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = words[element.dataset.placeholder];
}
