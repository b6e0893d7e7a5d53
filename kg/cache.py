"""Keeps the quads of each article that was extracted, so that a build goes on where the last one stopped."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from kg import __version__
from kg.model import Article
from kg.resources import package_file, resource

FORMAT = 3
"""Number it up when the quads that an extraction becomes change without a release."""


def pipeline_version(model: str, *, language: str) -> str:
    """Return a digest of all that quads are made from besides the article: code, model, ontology, language data."""
    digest = hashlib.sha256(f"{__version__}\n{FORMAT}\n{model}\n{language}\n".encode())
    for folder in (resource("ontology"), package_file("lang", language)):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class QuadCache:
    """A folder of gzipped N-Quads files, one an article, named by what they were made from."""

    folder: Path
    version: str

    def key(self, article: Article) -> str:
        """Return the name of an article's quads: SHA-256 of the pipeline's version, its text and all its metadata."""
        record = asdict(article) | {"date": article.date.isoformat() if article.date else None}
        content = json.dumps([self.version, record], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def path(self, key: str) -> Path:
        """Return the file of a key, whether it is there or not."""
        return self.folder / key[:2] / f"{key}.nq.gz"

    def has(self, key: str) -> bool:
        """Tell whether the quads of a key are there."""
        return self.path(key).is_file()

    def write(self, key: str, chunks: Iterable[bytes]) -> Path:
        """Write the N-Quads of a key; the file appears whole or not at all, and the same quads give the same bytes."""
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
                for chunk in chunks:
                    file.write(chunk)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return path
