"""Reads paths into a stream of articles, one at a time, in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import ArticleError
from kg.ingest.decoding import decode_text, read_bytes
from kg.ingest.files import SIDECAR, find_files, is_html, is_jsonl
from kg.ingest.html import page_text
from kg.ingest.language import check_language
from kg.ingest.metadata import Metadata, parse_metadata, parse_object
from kg.model import Article

MAX_CHARACTERS = 1_000_000
"""Longest article in code points: more than this is a file of many articles, or none."""

MAX_LINE = 16 * 1024 * 1024
"""Longest line of a JSONL file in bytes, so that a file without line ends cannot fill the memory."""

MAX_TITLE = 200
"""Longest first line, in code points, that is taken for a headline."""

_WORD = re.compile(r"[^\W\d_]{2,}")


def read_articles(
    paths: Iterable[Path], *, language: str = "de", stem_ids: bool = False
) -> Iterator[Article | ArticleError]:
    """Yield every article of ``paths`` in order, and an :class:`ArticleError` in the place of each that cannot be read.

    Folders are searched for ``.txt``, ``.html``, ``.htm`` and ``.jsonl`` files, sorted; a named file of another ending
    is read as text. ``x.txt`` and ``x.html`` may have a sidecar ``x.json`` with id, title, date, language, source,
    url, licence; without an id there, the file's stem is the id (with ``stem_ids`` it always is). ``language`` is
    assumed where nothing else is declared, and then checked. The text is the file's as it is, so that offsets point
    into the file; a byte order mark counts as its first code point. Of articles with the same id the first is kept.
    """
    seen: dict[str, str] = {}
    for path in find_files(paths):
        if isinstance(path, ArticleError):
            yield path
            continue
        for where, article in _read_file(path, language=language, stem_ids=stem_ids):
            if isinstance(article, Article) and article.id in seen:
                yield _same_id(article.id, where=where, first=seen[article.id])
                continue
            if isinstance(article, Article):
                seen[article.id] = where
            yield article


def count_articles(paths: Iterable[Path]) -> int:
    """Count what :func:`read_articles` will yield at most, without reading texts (lines of JSONL files are counted)."""
    count = 0
    for path in find_files(paths):
        if isinstance(path, ArticleError) or not is_jsonl(path):
            count += 1
            continue
        try:
            with path.open("rb") as lines:
                count += sum(1 for line in lines if line.strip())
        except OSError:
            count += 1  # read_articles yields one error for it
    return count


def _read_file(path: Path, *, language: str, stem_ids: bool) -> Iterator[tuple[str, Article | ArticleError]]:
    if is_jsonl(path):
        yield from _read_jsonl(path, language=language)
        return
    where = str(path)
    try:
        article = _read_document(path, language=language, stem_ids=stem_ids)
    except ArticleError as error:
        yield where, error
    else:
        yield where, article


def _read_document(path: Path, *, language: str, stem_ids: bool) -> Article:
    where = str(path)
    if path.suffix.lower() == SIDECAR:
        raise ArticleError(
            "A sidecar is not an article",
            where=where,
            mend="Name the .txt or .html file beside it; its sidecar is found by the same stem.",
        )
    text = decode_text(read_bytes(path), where=where)
    own = Metadata()
    if is_html(path):
        text, own = page_text(text, where=where)
    sidecar = _read_sidecar(path.with_suffix(SIDECAR))
    metadata = (Metadata(id=path.stem) if stem_ids else Metadata()).over(sidecar).over(own).over(Metadata(id=path.stem))
    return _article(text, metadata, language=language, where=where)


def _read_sidecar(path: Path) -> Metadata:
    if not path.is_file():
        return Metadata()
    where = str(path)
    return parse_metadata(parse_object(decode_text(read_bytes(path), where=where), where=where), where=where)


def _read_jsonl(path: Path, *, language: str) -> Iterator[tuple[str, Article | ArticleError]]:
    try:
        with path.open("rb") as lines:
            number = 0
            while line := lines.readline(MAX_LINE + 1):
                number += 1
                where = f"{path}:{number}"
                if len(line) > MAX_LINE:
                    mend = "Put one article on a line, or split the file."
                    yield where, ArticleError(f"The line is longer than {MAX_LINE} bytes", where=where, mend=mend)
                    return
                if line.strip():
                    yield where, _read_line(line, language=language, where=where)
    except OSError as error:
        yield str(path), ArticleError(f"The file cannot be read ({error.strerror})", where=str(path))


def _read_line(line: bytes, *, language: str, where: str) -> Article | ArticleError:
    try:
        record = parse_object(decode_text(line, where=where).removeprefix("\ufeff"), where=where)
        text = record.get("text")
        if not isinstance(text, str):
            mend = 'Give lines like {"id": "...", "text": "...", "date": "2025-09-04"}.'
            if "kind" in record:
                mend = "This looks like what 'kg extract' prints; give the articles themselves."
            raise ArticleError('The line has no "text"', where=where, mend=mend)
        metadata = parse_metadata(record, where=where)
        if metadata.id is None:
            raise ArticleError('The line has no "id"', where=where, mend='Give each line an "id" of its own.')
        return _article(text, metadata, language=language, where=where)
    except ArticleError as error:
        return error


def _article(text: str, metadata: Metadata, *, language: str, where: str) -> Article:
    _check_text(text, where=where)
    assert metadata.id is not None  # both readers put one in
    _check_unicode(metadata.id, where=where)
    if metadata.language is None:
        check_language(text, language=language, where=where)
    return Article(
        id=metadata.id,
        text=text,
        language=metadata.language or language,
        title=metadata.title or _headline(text),
        date=metadata.date,
        source=metadata.source,
        url=metadata.url,
        licence=metadata.licence,
    )


def _check_text(text: str, *, where: str) -> None:
    if not text.strip().strip("\ufeff"):
        raise ArticleError("The article is empty", where=where, mend="Remove it, or put the article's text into it.")
    if len(text) > MAX_CHARACTERS:
        raise ArticleError(
            f"The article has {len(text)} characters; more than {MAX_CHARACTERS} is no news article",
            where=where,
            mend="Split it into one file an article.",
        )
    if "\0" in text:
        raise ArticleError("The text holds a NUL character", where=where, mend="Remove it; it stands for nothing.")
    _check_unicode(text, where=where)
    if not _WORD.search(text):
        raise ArticleError("The article holds no words", where=where, mend="Give running text.")


def _check_unicode(text: str, *, where: str) -> None:
    """Refuse lone surrogates: JSON can carry them, and file names of another encoding become them; no RDF can."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"Half a character (a lone surrogate) at character {error.start}", where=where, mend="Write it in UTF-8."
        ) from error


def _headline(text: str) -> str | None:
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    title = first.strip()
    blank_follows = rest.partition("\n")[0].strip() == ""
    return title if blank_follows and 0 < len(title) <= MAX_TITLE else None


def _same_id(article_id: str, *, where: str, first: str) -> ArticleError:
    return ArticleError(
        f"A second article with the id {article_id!r}; the first is {first}",
        where=where,
        mend="Rename the file, or give one of them another id in its sidecar.",
    )
