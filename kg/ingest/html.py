"""HTML -> the article's text, by trafilatura (https://trafilatura.readthedocs.io)."""

from __future__ import annotations

import logging

from kg.errors import ArticleError
from kg.ingest.metadata import Metadata, parse_metadata


def page_text(html: str, *, where: str) -> tuple[str, Metadata]:
    """Return the headline and body of a page, and what its head says.

    The text is the headline, a blank line and the body: offsets of what is found count in that text, not in the HTML.
    Raises :class:`ArticleError` where no article is found.
    """
    import trafilatura  # here, since it takes longer to load than all the rest and most builds hold no HTML

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # the error below says it in our words
    page = trafilatura.bare_extraction(
        html.lstrip("\ufeff"), with_metadata=True, include_comments=False, include_tables=False
    )
    body = (page.text or "").strip() if page is not None and not isinstance(page, dict) else ""
    if page is None or isinstance(page, dict) or not body:
        mend = "Save the article's text as .txt instead."
        raise ArticleError("No article was found in the page", where=where, mend=mend)
    title = " ".join((page.title or "").split())
    known = {"title": title, "date": page.date, "source": page.sitename or page.hostname, "url": page.url}
    first, _, rest = body.partition("\n")
    body = rest.lstrip() if first == title else body
    return (f"{title}\n\n{body}" if title else body), _tolerant(known, where=where)


def _tolerant(known: dict[str, str | None], *, where: str) -> Metadata:
    """Keep what is well formed: a bad date in a page's head is not the reader's to mend."""
    kept = Metadata()
    for key, value in known.items():
        try:
            kept = kept.over(parse_metadata({key: value}, where=where))
        except ArticleError:
            continue
    return kept
