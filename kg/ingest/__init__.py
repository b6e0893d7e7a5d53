"""Files, folders, JSONL and HTML -> Articles. A bad source is an ArticleError in the stream, never the end of it."""

from kg.ingest.articles import count_articles, read_articles
from kg.ingest.language import languages

__all__ = ["count_articles", "languages", "read_articles"]
