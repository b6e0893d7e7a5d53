"""Reads many N-Quads files as one stream, so that a bulk load is one run whatever the number of files."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, cast

_LINE = re.compile(r"line (\d+)")


class QuadFiles:
    """A binary reader over files in order, gzipped ones by their name; knows which file a line came from."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = iter(paths)
        self._file: IO[bytes] | None = None
        self._ended_line = True
        self._lines = 0
        self._starts: list[tuple[int, Path]] = []

    def __enter__(self) -> QuadFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, none at the end of the last file; a file without a last newline is given one."""
        while True:
            if self._file is None and not self._open_next():
                return b""
            chunk = self._file.read(size) if self._file else b""
            if not chunk:
                self._close()
                if self._ended_line:
                    continue
                chunk = b"\n"
            self._ended_line = chunk.endswith(b"\n")
            self._lines += chunk.count(b"\n")
            return chunk

    def where(self, error: Exception) -> str | None:
        """Return the file, and its line where the error tells one, that an error of the loader came from."""
        if not self._starts:
            return None
        found = _LINE.search(str(error))
        if found is None:
            return str(self._starts[-1][1])
        line = int(found.group(1)) - 1
        start, path = max((start for start in self._starts if start[0] <= line), key=lambda start: start[0])
        return f"{path}, line {line - start + 1}"

    def _open_next(self) -> bool:
        path = next(self._paths, None)
        if path is None:
            return False
        self._starts.append((self._lines, path))
        packed = path.suffix == ".gz"
        self._file = cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")  # noqa: SIM115  # closed in _close
        return True

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
