"""From news articles to a knowledge graph of who stands where on what."""

__version__ = "0.1.0"
