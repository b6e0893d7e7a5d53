"""Reading articles: the text stays as it is; what is bad is told with its mend, and stops nothing else."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ArticleError
from kg.ingest import count_articles, languages, read_articles
from kg.ingest.articles import MAX_CHARACTERS
from kg.ingest.decoding import decode_text
from kg.ingest.language import check_language
from kg.ingest.metadata import parse_metadata
from kg.model import Article

GERMAN = "Paris und Berlin\n\nFrankreich und Deutschland haben sich auf einen Plan geeinigt.\n"
ENGLISH = (
    "Ministers met in Geneva on Tuesday to discuss the ceasefire. The French delegation said that it would support the "
    "plan, while the United States warned that a deal without guarantees would not last. Officials from both sides are "
    "expected to return to the table next week, and the United Nations has offered to send observers to the region."
)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(path: Path) -> Article:
    [article] = read_articles([path])
    assert isinstance(article, Article), article
    return article


def refusal(*paths: Path) -> str:
    errors = [article for article in read_articles(paths) if isinstance(article, ArticleError)]
    assert len(errors) == 1, errors
    return str(errors[0])


@pytest.mark.parametrize(
    "text",
    [
        "  Frankreich sagt Nein. \r\n\r\n zwei\rdrei\u2028vier \n\n",
        "\ufeffFrankreich sagt Nein.",
        "👍🏽 Ja, e\u0301s geht.",
    ],
)
def test_text_is_the_files_as_it_is(tmp_path: Path, text: str) -> None:
    assert only(write(tmp_path, "a.txt", text)).text == text


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_decoding_is_exact(text: str) -> None:
    assert decode_text(text.encode(), where="x") == text


def test_byte_order_mark_counts_as_one_code_point(tmp_path: Path) -> None:
    text = only(write(tmp_path, "a.txt", b"\xef\xbb\xbfFrankreich sagt Nein.")).text
    assert text[1:11] == "Frankreich"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_where_its_mark_says_so(tmp_path: Path, encoding: str) -> None:
    article = only(write(tmp_path, "a.txt", f"\ufeff{GERMAN}".encode(encoding)))
    assert article.text == f"\ufeff{GERMAN}"
    assert article.title == "Paris und Berlin"


def test_sidecar_tells_what_is_known(tmp_path: Path) -> None:
    known = {
        "id": "paris-1",
        "title": "Ein Plan",
        "date": "2025-09-04T23:30:00+02:00",
        "language": "de",
        "source": "Agentur",
        "url": "https://example.org/a?b=ä",
        "licence": "CC0-1.0",
        "sentences": [[0, 16]],
        "unknown": None,
    }
    path = write(tmp_path, "a.txt", GERMAN)
    write(tmp_path, "a.json", json.dumps(known))
    assert only(path) == Article(
        id="paris-1",
        text=GERMAN,
        title="Ein Plan",
        date=date(2025, 9, 4),
        source="Agentur",
        url="https://example.org/a?b=ä",
        licence="CC0-1.0",
    )


def test_without_sidecar_stem_and_headline_name_the_article(tmp_path: Path) -> None:
    article = only(write(tmp_path, "mein.artikel.txt", GERMAN))
    assert (article.id, article.title, article.language, article.date) == (
        "mein.artikel",
        "Paris und Berlin",
        "de",
        None,
    )


def test_first_line_of_running_text_is_no_headline(tmp_path: Path) -> None:
    assert only(write(tmp_path, "a.txt", "Frankreich sagt Nein.\nPolen sagt Ja.\n")).title is None


def test_stem_is_the_id_where_it_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", GERMAN)
    write(tmp_path, "a.json", '{"id": "b"}')
    [article] = read_articles([path], stem_ids=True)
    assert isinstance(article, Article) and article.id == "a"


BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t\r\n", "is empty"),
    "mark alone": (b"\xef\xbb\xbf\n", "is empty"),
    "binary": (bytes(range(256)), "NUL byte at byte 0"),
    "nul": (b"Frankreich\0 sagt Nein.", "NUL byte at byte 10"),
    "latin-1": ("Frankreich\nträgt es mit.".encode("latin-1"), "byte 0xe4 at byte 13 (line 2)"),
    "numbers": (b"1, 2, 3\n4 5 6\n" * 100, "no words"),
    "english": (ENGLISH.encode(), "does not read like the language 'de'"),
    "five megabytes in one line": (b"Frankreich und " * 350_000, f"more than {MAX_CHARACTERS}"),
    "half a utf-16 unit": (b"\xff\xfea\0b", "UTF-16-LE"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_bad_file_is_told_and_the_next_is_read(tmp_path: Path, content: bytes, message: str) -> None:
    bad, good = write(tmp_path, "a.txt", content), write(tmp_path, "b.txt", GERMAN)
    error, article = read_articles([bad, good])
    assert isinstance(error, ArticleError) and message in error.what
    assert error.where == str(bad) and error.mend
    assert isinstance(article, Article)


def test_latin_1_tells_how_to_convert(tmp_path: Path) -> None:
    assert "iconv -f LATIN1" in refusal(write(tmp_path, "a.txt", "für".encode("latin-1")))


def test_language_that_is_declared_is_not_doubted(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", ENGLISH)
    write(tmp_path, "a.json", '{"language": "en"}')
    assert only(path).language == "en"


def test_gold_articles_read_like_german(shared: Path) -> None:
    articles = list(read_articles([shared / "eval" / "articles"]))
    assert len(articles) > 10 and all(isinstance(article, Article) for article in articles)


def test_short_text_is_not_judged() -> None:
    check_language("Breaking news from Geneva", language="de", where="x")


def test_languages_are_those_with_data() -> None:
    assert "de" in languages()


SIDECARS = {
    "not json": ("{id: 1}", "Not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
    "no object": ("[1]", "Not a JSON object"),
    "too deep": ("[" * 100_000, "nested too deep"),
    "bad date": ('{"date": "2025-02-30"}', "'2025-02-30' is not a calendar date"),
    "german date": ('{"date": "4.9.2025"}', "not a calendar date"),
    "number as date": ('{"date": 20250904}', '"date" is not a text'),
    "bad url": ('{"url": "javascript:alert(1)"}', "not a web address"),
    "url with a gap": ('{"url": "https://example.org/a b"}', "not a web address"),
    "bad language": ('{"language": "Deutsch"}', "not a language code"),
    "half a character": ('{"title": "\\ud800"}', "half a character"),
    "id with line end": ('{"id": "a\\nb"}', "control character"),
    "latin-1": ('{"title": "Füße"}'.encode("latin-1"), "Not UTF-8"),
}


@pytest.mark.parametrize(("content", "message"), SIDECARS.values(), ids=SIDECARS)
def test_bad_sidecar_is_told_by_its_own_name(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = write(tmp_path, "a.txt", GERMAN)
    sidecar = write(tmp_path, "a.json", content)
    assert message in (told := refusal(path)) and told.startswith(str(sidecar))


@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "date", "url", "language", "x"]), st.none() | st.integers() | st.text()
    )
)
def test_metadata_is_read_or_refused_but_never_breaks(record: dict[str, object]) -> None:
    try:
        parse_metadata(record, where="x")
    except ArticleError as error:
        assert error.where == "x" and error.mend


def test_second_article_with_an_id_is_told_with_the_first(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a/x.txt", GERMAN), write(tmp_path, "b/x.txt", GERMAN)
    assert f"the first is {first}" in (told := refusal(tmp_path)) and told.startswith(str(second))


def test_folder_is_searched_in_order_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.TXT", "a/y.txt", ".hidden/x.txt", ".x.txt", "notes.md", "table.csv", "lonely.json"):
        write(tmp_path, name, GERMAN)
    assert [article.id for article in read_articles([tmp_path]) if isinstance(article, Article)] == ["b", "y", "z"]
    assert count_articles([tmp_path]) == 3


def test_named_file_of_any_ending_is_read_as_text(tmp_path: Path) -> None:
    assert only(write(tmp_path, "article.md", GERMAN)).id == "article"


def test_circle_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "a/x.txt", GERMAN)
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert count_articles([tmp_path]) == 1


def test_folder_without_articles_is_told(tmp_path: Path) -> None:
    write(tmp_path, "notes.md", GERMAN)
    assert "holds no articles" in refusal(tmp_path)


def test_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "no.txt")


def test_sidecar_is_not_an_article(tmp_path: Path) -> None:
    assert "Name the .txt" in refusal(write(tmp_path, "a.json", "{}"))


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="root reads everything")
def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    # A file of /proc that even root may not read.
    path = Path("/proc/self/mem") if os.geteuid() == 0 else write(tmp_path, "a.txt", GERMAN)
    if os.geteuid() != 0:
        path.chmod(0)
    assert "cannot be read" in refusal(path)


def test_jsonl_gives_one_article_a_line(tmp_path: Path) -> None:
    lines = [
        '\ufeff{"id": "a", "text": "Frankreich\\r\\nsagt Nein.", "date": "2025-09-04"}',
        "",
        '{"id": "b", "text": 1}',
        '{"text": "Polen sagt Ja."}',
        "{",
        '{"id": "c", "kind": "position", "article": "x"}',
        '{"id": "a", "text": "Noch einmal."}',
        '{"id": "d", "text": "\\ud83d Polen"}',
        '{"id": "e", "text": "Polen\\u0000"}',
        '{"id": "f", "text": "Polen sagt Ja."}',
    ]
    path = write(tmp_path, "articles.jsonl", "\n".join(lines))
    read = list(read_articles([path]))
    assert [one.id for one in read if isinstance(one, Article)] == ["a", "f"]
    errors = {one.where: one for one in read if isinstance(one, ArticleError)}
    assert list(errors) == [f"{path}:{number}" for number in (3, 4, 5, 6, 7, 8, 9)]
    assert "kg extract" in str(errors[f"{path}:6"]) and "the first is" in str(errors[f"{path}:7"])
    assert isinstance(read[0], Article) and read[0].text == "Frankreich\r\nsagt Nein."
    assert count_articles([path]) == 9


PAGE = """<!doctype html><html lang="de"><head><title>Paris und Berlin einig - Zeitung</title>
<meta property="og:title" content="Paris und Berlin einig"><meta property="og:site_name" content="Zeitung">
<meta property="article:published_time" content="2023-05-20T10:00:00+02:00">
<link rel="canonical" href="https://example.org/paris"></head><body><nav><a href="/">Start</a></nav>
<article><h1>Paris und Berlin einig</h1><p>Frankreich und Deutschland haben sich am Samstag auf einen gemeinsamen Plan
für die Sicherheit der Ukraine geeinigt.</p>
<p>Präsident Emmanuel Macron sagte, das Vorhaben sei ein wichtiger Schritt, und
forderte die anderen Länder der Europäischen Union auf, sich daran zu beteiligen.</p></article>
<footer>Impressum und Datenschutz</footer></body></html>"""


def test_page_becomes_headline_and_body(tmp_path: Path) -> None:
    article = only(write(tmp_path, "page.html", PAGE))
    assert article.text.startswith("Paris und Berlin einig\n\nFrankreich und Deutschland")
    assert "Impressum" not in article.text and "Start" not in article.text
    assert (article.id, article.title, article.date) == ("page", "Paris und Berlin einig", date(2023, 5, 20))
    assert (article.source, article.url) == ("Zeitung", "https://example.org/paris")


def test_sidecar_says_more_than_the_page(tmp_path: Path) -> None:
    path = write(tmp_path, "page.html", PAGE)
    write(tmp_path, "page.json", '{"id": "x", "date": "2023-05-21"}')
    article = only(path)
    assert (article.id, article.date, article.source) == ("x", date(2023, 5, 21), "Zeitung")


@pytest.mark.parametrize("page", ["<html></html>", "<p>", "<html><body><script>x()</script></body></html>"])
def test_page_without_article_is_told(tmp_path: Path, page: str) -> None:
    assert "No article was found" in refusal(write(tmp_path, "page.html", page))
