"""Writes ``ontology/actors.ttl`` from the tables in ``kg/lang/de`` and completes the states' columns from libraries.

usage: python -m training.make_actors [--check]

``states.tsv`` gets its Wikidata items and codes from rigour (MIT) and its English names from the Unicode CLDR through
babel; all else in the tables is edited by hand. ``--check`` writes nothing and fails where a file would change.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from rdflib import DCTERMS, OWL, PROV, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rigour.territories import get_territory

from kg.extract.registry import Term
from kg.extract.rows import read_rows
from kg.extract.tables import load_registry, published
from kg.iri import BASE, NS, WIKIDATA, slug
from kg.resources import package_file, resource

WS = Namespace(NS)
REGISTRY = URIRef(f"{BASE}registry")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
_HEADER = """# The actors that Whostands knows: states, organisations, coalitions, office-holders; with Wikidata items.
# Written by training/make_actors.py from the tables in kg/lang/de; edit those, then run it again.
# Sources: see the head of each table. Licence: CC0 1.0.

"""


def completed_states(path: Path) -> str:
    """Return ``states.tsv`` with Wikidata items and English names filled in from rigour and babel."""
    english = Locale("en").territories
    lines = []
    header = True
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or header:
            header = header and line.startswith("#")
            lines.append(line)
            continue
        code, wikidata, label, label_en, *rest = line.split("\t")
        territory = get_territory(code)
        wikidata = (territory.qid if territory else None) or wikidata
        label_en = label_en or english.get(code.upper()) or (territory.name if territory else label)
        lines.append("\t".join([code, wikidata, label, label_en, *rest]))
    return "\n".join(lines) + "\n"


def turtle(language: str = "de") -> str:
    """Return the registry as Turtle: every actor with labels, other names, Wikidata item and terms of office."""
    graph = Graph()
    for prefix, namespace in (("ws", WS), ("skos", SKOS), ("owl", OWL), ("dcterms", DCTERMS), ("wd", WIKIDATA)):
        graph.bind(prefix, Namespace(str(namespace)))
    folder = package_file("lang", language)
    offices = {kind: (de, en) for kind, de, en in read_rows(folder / "offices.tsv", 3)}
    english = dict(_english(folder))
    registry = load_registry(language)
    _describe_registry(graph)
    for label, terms in published(language):
        entry = registry.labels[label]
        actor = URIRef(entry.actor.iri)
        graph.add((actor, RDF.type, WS[entry.actor.type]))
        graph.add((actor, SKOS.prefLabel, Literal(label, lang=language)))
        graph.add((actor, WS.resolved, Literal(True)))
        if english.get(label):
            graph.add((actor, SKOS.prefLabel, Literal(english[label], lang="en")))
        for name in entry.names:
            graph.add((actor, SKOS.altLabel, Literal(name, lang=language)))
        if entry.actor.wikidata:
            graph.add((actor, OWL.sameAs, URIRef(WIKIDATA + entry.actor.wikidata)))
        for term in terms:
            _add_term(graph, actor, term, URIRef(registry.labels[term.body].actor.iri), offices[term.kind])
    return _HEADER + graph.serialize(format="turtle")


def _english(folder: Path) -> Iterator[tuple[str, str]]:
    for row in read_rows(folder / "states.tsv", 9):
        yield row[2], row[3]
    for row in read_rows(folder / "organisations.tsv", 6):
        yield row[1], row[3]


def _describe_registry(graph: Graph) -> None:
    """Say what the terms of office come from, by their ``dcterms:source``."""
    graph.add((REGISTRY, RDF.type, PROV.Entity))
    graph.add((REGISTRY, DCTERMS.title, Literal("Register der Akteure und Amtszeiten", lang="de")))
    graph.add((REGISTRY, DCTERMS.title, Literal("Registry of actors and terms of office", lang="en")))
    graph.add((REGISTRY, DCTERMS.license, CC0))
    graph.add((REGISTRY, DCTERMS.source, URIRef("https://www.wikidata.org/")))


def _add_term(graph: Graph, actor: URIRef, term: Term, body: URIRef, names: tuple[str, str]) -> None:
    node = URIRef(f"{actor}/office/{slug(f'{term.kind} {term.body} {term.begin}')}")
    graph.add((actor, WS.holdsOffice, node))
    graph.add((node, RDF.type, WS.OfficeTerm))
    graph.add((node, WS.office, Literal(names[0], lang="de")))
    graph.add((node, WS.office, Literal(names[1], lang="en")))
    graph.add((node, WS.officeOf, body))
    graph.add((node, DCTERMS.source, REGISTRY))
    for predicate, day in ((WS["from"], term.begin), (WS.to, term.end)):
        if day:
            graph.add((node, predicate, Literal(day, datatype=_DATES[day.count("-")])))


_DATES = (XSD.gYear, XSD.gYearMonth, XSD.date)


def main() -> int:
    """Write what changed, or with ``--check`` say whether something would."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    states = package_file("lang", "de", "states.tsv")
    actors = resource("ontology") / "actors.ttl"
    stale = []
    for path, text in ((states, completed_states(states)), (actors, turtle())):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not args.check:
                path.write_text(text, encoding="utf-8")
    print(f"{'stale' if args.check else 'written'}: {', '.join(stale) or 'nothing'}")
    return 1 if args.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
