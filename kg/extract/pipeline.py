"""The spaCy pipeline and the extractor that runs it over articles, in one process or several.

nlp = make_pipeline("de")
doc = nlp("Frankreich unterstützt die Entsendung von Truppen.")
doc._.positions, doc._.relations, doc.ents, [t.dep_ for t in doc]
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import ModelError
from kg.extract import sentences as _sentences  # noqa: F401  # registers the component
from kg.extract.annotate import BODIES, Reading, read_cues, read_words, set_annotations
from kg.extract.assemble import Assembler
from kg.extract.confidence import POSITION, RELATION, Confidence
from kg.extract.decode import Decoding, decode, surest
from kg.extract.inference import Network, model_file
from kg.extract.link import Linker
from kg.extract.pointer import read_pointer
from kg.extract.reporting import Reporting
from kg.extract.same_topic import read_same_topic
from kg.extract.topics import topic_namer
from kg.model import Article, Extraction
from kg.resources import package_file, resource
from kg.vocabulary import load_vocabulary

DECODING = "decoding.json"
BATCH_ARTICLES = 8
"""Articles that a worker takes at a time."""

for _name in ("article", "positions", "relations"):
    Doc.set_extension(_name, default=None, force=True)


def languages() -> list[str]:
    """The languages that kg/lang has the tables for."""
    return sorted(p.name for p in package_file("lang").iterdir() if (p / "sentences.json").exists())


@lru_cache(maxsize=4)
def model_version(folder: Path | None = None) -> str:
    """The version of a model folder, of the shipped one by default: it names the bytes of its files.

    The network's part is written at its export; the other files may be made anew, so they are hashed here.
    """
    folder = folder or resource("models")
    version: str = json.loads(model_file(folder, "labels.json").read_text(encoding="utf-8"))["version"][0]
    rest = hashlib.sha256()
    for name in (DECODING, "pointer.npz", "topics.npz"):
        rest.update(model_file(folder, name).read_bytes())
    return f"{version}-{rest.hexdigest()[:8]}"


def read_decoding(folder: Path) -> Decoding:
    """Read the weights of a model folder, from the ontology the stances' signs and which relations are symmetric."""
    table = json.loads(model_file(folder, DECODING).read_text(encoding="utf-8"))
    vocabulary = load_vocabulary()
    signs = {name: stance.sign for name, stance in vocabulary.stances.items()}
    symmetric = frozenset(name for name, kind in vocabulary.relations.items() if kind.symmetric)
    return Decoding(table["weights"], table["least"], signs, symmetric, BODIES)


class AnnotatorPipe:
    """spaCy component: reads Docs with the network, sets entities, tags and tree, and links what it found."""

    def __init__(self, language: str, folder: Path, threads: int) -> None:
        self.network = Network(folder, threads=threads)
        self.decoding = read_decoding(folder)
        self.linker = Linker(language=language)
        self.namer = topic_namer(read_same_topic(model_file(folder, "topics.npz")), language)
        self.pointer = read_pointer(model_file(folder, "pointer.npz"))
        self.reporting = Reporting(language)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc: entities, tags, tree, positions and relations."""
        reading = self.read(doc)
        positions, relations = decode(reading, self.network.labels, self.decoding)
        article = doc._.article or Article(id="text", text=doc.text)
        assembler = self.assembler(article, doc, reading)
        least = self.decoding.least
        sure = [pair for pair in assembler.positions(positions) if pair[1].confidence >= least[POSITION]]
        told = surest([found for found, _ in sure], [position.confidence for _, position in sure])
        doc._.positions = self.namer.name([sure[k][1] for k in told], doc, reading, article_id=article.id)
        doc._.relations = [tie for tie in assembler.relations(relations) if tie.confidence >= least[RELATION]]
        return doc

    def read(self, doc: Doc) -> Reading:
        """Read words and cues of a Doc, and set its entities, tags and tree."""
        reading = read_words(doc, self.network)
        read_cues(reading, self.network)
        set_annotations(doc, reading, self.network)
        return reading

    def assembler(self, article: Article, doc: Doc, reading: Reading) -> Assembler:
        """What links that which is found in one article, and says how sure it is."""
        confidence = Confidence(reading, self.network.labels, self.decoding.weights)
        return Assembler(
            article,
            doc,
            reading,
            linker=self.linker,
            pointer=self.pointer,
            reporting=self.reporting,
            confidence=confidence,
            symmetric=self.decoding.symmetric,
        )


@Language.factory(
    "kg_annotator",
    assigns=["doc.ents", "token.pos", "token.dep", "token.head", "doc._.positions", "doc._.relations"],
    default_config={"language": "de", "folder": "", "threads": 0},
)
def _create(nlp: Language, name: str, language: str, folder: str, threads: int) -> AnnotatorPipe:
    return AnnotatorPipe(language, Path(folder) if folder else resource("models"), threads)


def make_pipeline(language: str = "de", *, folder: Path | None = None, threads: int = 0) -> Language:
    """Return the spaCy pipeline of ``language``; ``threads`` 0 takes all cores. Raises ModelError for an unknown
    language."""
    if language not in languages():
        raise ModelError(
            f"No model reads language {language!r}", where="--language", mend=f"Use one of: {', '.join(languages())}."
        )
    nlp = spacy.blank(language)
    nlp.add_pipe("kg_sentences", config={"language": language})
    nlp.add_pipe("kg_annotator", config={"language": language, "folder": str(folder or ""), "threads": threads})
    return nlp


def _docs(nlp: Language, articles: Iterable[Article]) -> Iterator[Doc]:
    for article in articles:
        doc = nlp.make_doc(article.text)
        doc._.article = article
        yield doc


def _run(nlp: Language, version: str, articles: Iterable[Article]) -> Iterator[Extraction]:
    for doc in nlp.pipe(_docs(nlp, articles)):
        yield Extraction(
            article=doc._.article, positions=tuple(doc._.positions), relations=tuple(doc._.relations), model=version
        )


@lru_cache(maxsize=1)
def _worker_pipeline(language: str, folder: Path | None) -> Language:
    """The pipeline of a worker process: one thread, as there are as many workers as the user asked for."""
    return make_pipeline(language, folder=folder, threads=1)


def _work(language: str, folder: Path | None, articles: list[Article]) -> list[Extraction]:
    return list(_run(_worker_pipeline(language, folder), model_version(folder), articles))


class Extractor:
    """Articles in, extractions out, in the same order. ``jobs`` processes share the work; memory stays flat.

    One job uses ``threads`` threads, all cores by default; of several each uses one.
    """

    def __init__(self, *, language: str = "de", jobs: int = 1, folder: Path | None = None, threads: int = 0) -> None:
        self.language, self.jobs, self.folder = language, jobs, folder
        self.version = model_version(folder)
        self._nlp = make_pipeline(language, folder=folder, threads=threads) if jobs == 1 else None

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """Yield one extraction an article. Lazily: at most a few batches are in memory."""
        if self._nlp is not None:
            yield from _run(self._nlp, self.version, articles)
            return
        context = multiprocessing.get_context("spawn")
        batches = _batched(iter(articles))
        with ProcessPoolExecutor(self.jobs, mp_context=context) as pool:
            pending = deque(self._submit(pool, batch) for batch in islice(batches, 2 * self.jobs))
            while pending:
                yield from pending.popleft().result()
                pending.extend(self._submit(pool, batch) for batch in islice(batches, 1))

    def _submit(self, pool: ProcessPoolExecutor, batch: list[Article]) -> Future[list[Extraction]]:
        return pool.submit(_work, self.language, self.folder, batch)


def _batched(stream: Iterator[Article]) -> Iterator[list[Article]]:
    while batch := list(islice(stream, BATCH_ARTICLES)):
        yield batch


__all__ = ["Extractor", "languages", "make_pipeline", "model_version"]
