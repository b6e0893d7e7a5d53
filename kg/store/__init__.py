"""Keeps the graph: one interface to ask it, and numbered snapshots that a build publishes."""

from kg.store.opening import open_store
from kg.store.protocol import FormatNotOffered, Formats, Graphs, Rows, Store, Term
from kg.store.snapshots import Manifest, current_snapshot, publish, read_manifest

__all__ = [
    "FormatNotOffered",
    "Formats",
    "Graphs",
    "Manifest",
    "Rows",
    "Store",
    "Term",
    "current_snapshot",
    "open_store",
    "publish",
    "read_manifest",
]
