"""Keeps the graph: one interface to ask it, and numbered snapshots that a build publishes."""

from kg.store.formats import BINDING_FORMATS, GRAPH_FORMATS, write_triples
from kg.store.opening import Location, Snapshot, check_location, open_snapshot, open_store
from kg.store.protocol import FormatNotOffered, Formats, Graphs, Rows, Store, Term, Write, WriteRefused
from kg.store.snapshots import Manifest, current_snapshot, publish, read_manifest

__all__ = [
    "BINDING_FORMATS",
    "GRAPH_FORMATS",
    "FormatNotOffered",
    "Formats",
    "Graphs",
    "Location",
    "Manifest",
    "Rows",
    "Snapshot",
    "Store",
    "Term",
    "Write",
    "WriteRefused",
    "check_location",
    "current_snapshot",
    "open_snapshot",
    "open_store",
    "publish",
    "read_manifest",
    "write_triples",
]
