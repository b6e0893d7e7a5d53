"""Writes quads as Turtle (https://www.w3.org/TR/turtle/), for people to read; the graphs' names are left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

import pyoxigraph as ox

from kg.store.formats import PREFIXES


def write_turtle(quads: Iterable[ox.Quad], output: IO[bytes]) -> None:
    """Write the triples of ``quads``, each once, in their order; one document may follow another in the same output."""
    triples = dict.fromkeys(quad.triple for quad in quads)
    ox.serialize(triples, output, ox.RdfFormat.TURTLE, prefixes=PREFIXES)
