"""Finds the files that ship with the code, in a checkout or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. ``resource("ontology", "core.ttl")``.

    In a checkout the folders lie beside ``kg/``; a wheel carries them in ``kg/shipped/``. Raises :class:`KgError` where
    neither holds it.
    """
    for root in (_PACKAGE.parent, _PACKAGE / "shipped"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    name = "/".join(parts)
    raise KgError("A shipped file is missing", where=name, mend="Install the package again.")


def package_file(*parts: str) -> Path:
    """Return the path of a file inside the package itself, e.g. ``package_file("lang", "de")``."""
    path = _PACKAGE.joinpath(*parts)
    if not path.exists():
        raise KgError("A shipped file is missing", where="/".join(parts), mend="Install the package again.")
    return path
