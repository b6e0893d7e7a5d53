"""Reads many N-Quads files as one stream in parts of like size, so that a bulk load takes the same memory however much
there is to load and however it lies in files."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, cast

PART_LINES = 100_000
"""Quads that are loaded at once. The engine holds them all before it writes: 0.8 KiB each."""

_LINE = re.compile(r"line (\d+)")


class QuadFiles:
    """A binary reader over files in order, gzipped ones by their name; knows which file a line came from.

    It ends at the end of a part; while :meth:`next_part` is true, it reads on.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = iter(paths)
        self._file: IO[bytes] | None = None
        self._ended_line = True
        self._lines = 0
        self._part = 0
        self._starts: list[tuple[int, Path]] = []

    def __enter__(self) -> QuadFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def next_part(self) -> bool:
        """Go on to the next part; false where the last file is at its end."""
        self._part = self._lines
        return self._file is not None or self._open_next()

    def read(self, size: int = -1) -> bytes:
        """Return some bytes, none at the end of a part; a file without a last newline is given one."""
        while self._lines < self._part + PART_LINES:
            if self._file is None and not self._open_next():
                return b""
            chunk = self._file.read(size) if self._file else b""
            if not chunk:
                self._close()
                if self._ended_line:
                    continue
                chunk = b"\n"
            elif self._lines + chunk.count(b"\n") >= self._part + PART_LINES and self._file:
                chunk += self._file.readline()  # a part ends with a line
            self._ended_line = chunk.endswith(b"\n")
            self._lines += chunk.count(b"\n")
            return chunk
        return b""

    def where(self, error: Exception) -> str | None:
        """Return the file, and its line where the error tells one, that an error of the loader came from."""
        if not self._starts:
            return None
        found = _LINE.search(str(error))
        if found is None:
            return str(self._starts[-1][1])
        line = self._part + int(found.group(1)) - 1
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
