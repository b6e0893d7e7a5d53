"""Bytes -> text, exactly: no stripping, no newline translation, no guessing of encodings."""

from __future__ import annotations

import codecs
from pathlib import Path

from kg.errors import ArticleError

MAX_BYTES = 64 * 1024 * 1024
"""Longest file read as one article, in bytes (a page of HTML is many times its text)."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raises :class:`ArticleError` where it cannot be read or is beyond ``MAX_BYTES``."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        mend = "Check its permissions." if isinstance(error, PermissionError) else None
        raise ArticleError(f"The file cannot be read ({error.strerror})", where=str(path), mend=mend) from error
    if len(data) > MAX_BYTES:
        mend = "Give one article a file."
        raise ArticleError(f"The file has more than {MAX_BYTES} bytes", where=str(path), mend=mend)
    return data


def decode_text(data: bytes, *, where: str) -> str:
    """Decode UTF-8, or UTF-16 where a byte order mark says so.

    The mark stays in the text as U+FEFF and counts as one code point, so that offsets hold for whoever decodes the same
    bytes as plain UTF-8. Raises :class:`ArticleError` naming the first byte that is not text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and (nul := data.find(b"\0")) >= 0:
        mend = "Give plain text in UTF-8, or HTML."
        raise ArticleError(f"Not a text file: a NUL byte at byte {nul}", where=where, mend=mend)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"Not {encoding.upper()}: byte 0x{data[error.start]:02x} at byte {error.start} (line {line})"
        mend = "Convert it, e.g.: iconv -f LATIN1 -t UTF-8 OLD > NEW."
        raise ArticleError(what, where=where, mend=mend) from error
