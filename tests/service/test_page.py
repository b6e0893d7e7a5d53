"""The page in real headless Chromium: search, graph, evidence; by mouse and keyboard; nothing from elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium; without it the tests of the page are skipped."""
    found = CHROMIUM if CHROMIUM.exists() else shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium on this machine: `apt-get install chromium` runs the tests of the page")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=ARGUMENTS)
        yield browser
        browser.close()


def open_context(browser: Browser, locale: str) -> BrowserContext:
    context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 820})
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return the opened page in German; fails afterwards where it complained or called another host."""
    context = open_context(browser, "de-DE")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((address, "data:")) else complaints.append(request.url),
    )
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


def search(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Akteur oder Thema suchen").fill(text)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="lehnt ab").first).to_be_visible()


def marked(page: Page) -> dict[str, str]:
    marks = page.locator("#evidence blockquote mark")
    return {mark.get_attribute("class") or "": mark.inner_text() for mark in marks.all()}


def test_a_search_draws_the_neighbourhood(page: Page) -> None:
    search(page, "frank")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Frankreich")
    labels = page.evaluate("document.getElementById('graph').graph.nodes().map(node => node.data('label'))")
    assert sorted(labels) == ["Entsendung von Truppen", "Frankreich", "Türkei"]
    lines = page.evaluate(
        "document.getElementById('graph').graph.edges().map(e => [e.data('kind'), e.style('line-style')])"
    )
    assert sorted(lines) == [["commits", "solid"], ["meets", "solid"], ["opposes", "dashed"], ["opposes", "dashed"]]
    assert page.locator("#graph canvas").count() > 0


def test_a_click_on_an_edge_of_the_drawing_shows_its_sentence(page: Page) -> None:
    search(page, "frank")
    point = page.evaluate(
        "(() => { const graph = document.getElementById('graph');"
        " const edge = graph.graph.edges('[kind = \"commits\"]'); const at = edge.renderedMidpoint();"
        " const box = graph.getBoundingClientRect(); return [box.x + at.x, box.y + at.y]; })()"
    )
    page.mouse.click(*point)
    expect(page.locator("#evidence blockquote")).to_contain_text("erklärte sich bereit")
    assert marked(page) == {"actor": "Frankreich", "cue": "erklärte sich bereit", "topic": "Truppen zu entsenden"}
    for text in ("Treffen in Paris", "4. September 2025", "87"):
        expect(page.locator("#evidence")).to_contain_text(text)


def test_the_keyboard_reaches_the_evidence(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("turk")
    expect(page.get_by_role("option", name="Türkei")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="lehnt ab").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#evidence blockquote")).to_have_text("Die Türkei lehnte eine Entsendung von Truppen ab.")
    expect(page.locator("#evidence h2")).to_be_focused()
    page.get_by_role("button", name="Schließen").press("Enter")
    expect(page.locator("#evidence")).to_be_hidden()


def test_an_actor_named_in_an_earlier_sentence_is_told_apart(page: Page) -> None:
    search(page, "frank")
    page.get_by_role("button", name="lehnt ab Entsendung").first.click()
    expect(page.locator("#evidence")).to_contain_text("Akteur: „Frankreich“ (steht in einem anderen Satz)")


def test_a_link_and_the_back_button_restore_the_view(page: Page, address: str) -> None:
    page.goto(f"{address}/#node=Q183")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deutschland")
    page.goto(f"{address}/#node=Q43")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Türkei")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deutschland")


def test_dates_narrow_the_drawing(page: Page, address: str) -> None:
    page.goto(f"{address}/#node=Q142")
    expect(page.get_by_role("button", name="trifft")).to_be_visible()
    page.get_by_label("von").fill("2025-01-01")
    page.get_by_label("von").press("Enter")
    expect(page.get_by_role("button", name="trifft")).to_have_count(0)
    expect(page.get_by_role("button", name="sagt zu")).to_be_visible()


def test_a_label_is_text_and_never_markup(browser: Browser, address: str) -> None:
    context = open_context(browser, "de-DE")
    page = context.new_page()
    page.route(
        "**/actors?*",
        lambda route: route.fulfill(json={"items": [{"label": "<img src=x onerror=alert(1)>", "iri": "x"}]}),
    )
    page.goto(address)
    expect(page.get_by_role("button", name="<img src=x")).to_be_visible()
    assert page.locator("img").count() == 0
    context.close()


def test_english_browsers_read_english(browser: Browser, address: str) -> None:
    context = open_context(browser, "en-GB")
    page = context.new_page()
    page.goto(f"{address}/#node=Q142")
    expect(page.get_by_role("button", name="commits to").first).to_be_visible()
    expect(page.locator("#legend")).to_contain_text("against")
    context.close()


def test_an_unknown_node_is_said_in_words(browser: Browser, address: str) -> None:
    context = open_context(browser, "de-DE")
    page = context.new_page()
    page.goto(f"{address}/#node=nobody")
    expect(page.get_by_role("status")).to_contain_text("No actor or topic of that name")
    context.close()


def test_the_api_description_is_shown_offline(page: Page, address: str) -> None:
    page.goto(f"{address}/docs")
    paths = httpx.get(f"{address}/openapi.json").json()["paths"]
    expect(page.locator(".opblock")).to_have_count(sum(map(len, paths.values())))
    page.locator(".opblock", has_text="/neighbourhood").first.click()
    expect(page.locator(".opblock.is-open")).to_contain_text("Steps from the node")
