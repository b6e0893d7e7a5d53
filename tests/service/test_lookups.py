"""Actors, topics, positions, neighbourhoods and evidence over HTTP, and how bad input is answered."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sample_graph import ANKARA, PARIS, write_quad_files

from kg.service.app import create_app
from kg.service.negotiation import choose
from kg.service.problems import PROBLEMS, problem_of
from kg.service.settings import Settings
from kg.store import publish


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    reply = client.get(path, params=parameters)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_actors_are_found_by_any_spelling(client: TestClient) -> None:
    for text in ("Türkei", "turk", "TÜRKEI", "rkei"):
        assert [actor["id"] for actor in get(client, "/actors", q=text)["items"]] == ["Q43"]
    assert get(client, "/actors", q="Truppen")["items"] == []
    assert [topic["id"] for topic in get(client, "/topics", q="truppen")["items"]] == ["entsendung-von-truppen"]


def test_one_actor_sums_its_statements(client: TestClient) -> None:
    actor = get(client, "/actors/Q142")
    assert (actor["label"], actor["type"], actor["statements"]) == ("Frankreich", "State", 3)
    assert (actor["first"], actor["last"]) == ("2024-05-01", "2025-09-04")
    assert {kind["name"]: kind["sign"] for kind in actor["kinds"]} == {"commits": 1, "opposes": -1, "meets": None}
    assert actor["neighbours"][0]["id"] == "entsendung-von-truppen"


def test_a_position_shows_its_words_in_sentence_and_article(client: TestClient) -> None:
    (position,) = get(client, "/actors/Q142/positions", stance="commits")["items"]
    sentence = position["sentence"]
    assert PARIS[sentence["start"] : sentence["end"]] == sentence["text"]
    words = {}
    for mark in position["marks"]:
        inside = sentence["text"][mark["sentence_start"] : mark["sentence_end"]]
        assert inside == PARIS[mark["start"] : mark["end"]] == mark["text"]
        words[mark["role"]] = inside
    assert words == {"actor": "Frankreich", "cue": "erklärte sich bereit", "topic": "Truppen zu entsenden"}
    assert (position["confidence"], position["date"], position["hedged"]) == (0.87, "2025-09-04", False)
    assert (position["article"]["title"], position["article"]["id"]) == ("Treffen in Paris", "paris-2025")
    assert [actor["label"] for actor in position["addressees"]] == ["Koalition der Willigen"]


def test_words_of_an_earlier_sentence_have_no_place_in_this_one(client: TestClient) -> None:
    (position,) = get(client, "/actors/Q142/positions", sign="-")["items"]
    actor = next(mark for mark in position["marks"] if mark["role"] == "actor")
    assert (actor["sentence_start"], actor["text"]) == (None, "Frankreich")
    cue = [mark["text"] for mark in position["marks"] if mark["role"] == "cue"]
    assert cue == ["lehnt", "ab"]
    assert ANKARA[actor["start"] : actor["end"]] == "Frankreich"
    assert position["article"]["id"] == "ankara 2024/1"


@pytest.mark.parametrize(
    ("parameters", "stances"),
    [
        ({}, ["commits", "opposes"]),
        ({"sign": "+"}, ["commits"]),
        ({"sign": "1"}, ["commits"]),
        ({"sign": "-1"}, ["opposes"]),
        ({"sign": "0"}, []),
        ({"from": "2025-01-01"}, ["commits"]),
        ({"to": "2025-09-03"}, ["opposes"]),
        ({"topic": "entsendung-von-truppen"}, ["commits", "opposes"]),
        ({"topic": "verhandlungen"}, []),
    ],
)
def test_positions_are_filtered(client: TestClient, parameters: dict[str, str], stances: list[str]) -> None:
    page = get(client, "/actors/Q142/positions", **parameters)
    assert [position["stance"]["name"] for position in page["items"]] == stances
    assert page["total"] == len(stances)


def test_a_plus_left_unencoded_is_understood(client: TestClient) -> None:
    assert client.get("/actors/Q142/positions?sign=+").json()["total"] == 1


def test_pages_follow_each_other(client: TestClient) -> None:
    first = get(client, "/actors/Q142/positions", limit=1)
    second = get(client, "/actors/Q142/positions", limit=1, cursor=first["next"])
    assert [page["items"][0]["stance"]["name"] for page in (first, second)] == ["commits", "opposes"]
    assert second["next"] is None
    other = client.get("/actors/Q142/positions", params={"limit": 1, "cursor": first["next"], "sign": "-"})
    assert other.status_code == 400, "a cursor belongs to one listing"
    actors = get(client, "/actors", limit=2)
    rest = get(client, "/actors", limit=2, cursor=actors["next"])
    assert [actor["id"] for actor in actors["items"] + rest["items"]] == ["Q142", "Q43", "Q183"]


def test_evidence_of_a_symmetric_relation_is_found_from_both_ends(client: TestClient) -> None:
    for subject, target in (("Q142", "Q43"), ("Q43", "Q142")):
        (relation,) = get(client, "/evidence", subject=subject, kind="meets", object=target)["items"]
        assert (relation["subject"]["id"], relation["object"]["id"]) == ("Q43", "Q142"), "as the article tells it"
        assert {mark["role"]: mark["text"] for mark in relation["marks"]} == {
            "subject": "Türkei",
            "object": "Frankreich",
            "cue": "trafen sich",
        }
    assert client.get("/evidence", params={"subject": "Q142", "kind": "sanctions", "object": "Q43"}).status_code == 404


@pytest.mark.parametrize(
    ("ask", "media_type"),
    [
        ({"params": {"format": "d3"}}, "application/json"),
        ({"params": {"format": "gexf"}}, "application/gexf+xml"),
        ({"headers": {"Accept": "application/graphml+xml"}}, "application/graphml+xml"),
        ({"headers": {"Accept": "*/*"}}, "application/vnd.cytoscape+json"),
    ],
)
def test_a_neighbourhood_comes_in_four_formats(client: TestClient, ask: dict[str, Any], media_type: str) -> None:
    ask = {**ask, "params": {"node": "Q183", "depth": "2", **ask.get("params", {})}}
    reply = client.get("/neighbourhood", **ask)
    assert reply.headers["content-type"].partition(";")[0] == media_type
    assert "Verhandlungen" in reply.text


def test_a_node_is_named_in_three_ways(client: TestClient) -> None:
    names = ("Q142", "actor/Q142", "https://w3id.org/whostands/id/actor/Q142")
    assert len({client.get("/neighbourhood", params={"node": name}).content for name in names}) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/actors/Q99999999", 404),
        ("/actors/entsendung-von-truppen", 404),
        ("/actors/%00", 404),
        ("/topics/Q142", 404),
        ("/neighbourhood?node=nobody", 404),
        ("/neighbourhood?node=Q142&depth=99", 400),
        ("/neighbourhood?node=Q142&depth=x", 400),
        ("/neighbourhood?node=Q142&limit=0", 400),
        ("/neighbourhood?node=Q142&format=png", 400),
        ("/neighbourhood?node=Q142&sign=2", 400),
        ("/neighbourhood?node=Q142&from=2025-13-01", 400),
        ("/neighbourhood?node=Q142&from=2025-01-02&to=2025-01-01", 400),
        ("/neighbourhood", 400),
        ("/actors?limit=100000", 400),
        ("/actors?cursor=%F0%9F%98%80", 400),
        ("/actors?cursor=W10", 400),
        ("/actors/Q142/positions?stance=loves", 400),
        ("/actors/Q142/positions?cursor=garbage", 400),
        ("/evidence?subject=Q142&kind=loves&object=Q43", 404),
        ("/sparql?query=", 400),
        ("/nowhere", 404),
        ("/static/../app.py", 404),
        ("/static/%2e%2e/app.py", 404),
    ],
)
def test_every_error_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json"), reply.text
    assert {"type", "title", "status", "instance"} <= reply.json().keys()
    assert reply.json()["status"] == status


def test_a_depth_out_of_range_tells_the_range(client: TestClient) -> None:
    assert "1 to 3" in client.get("/neighbourhood?node=Q142&depth=99").json()["mend"]


def test_a_wrong_method_says_which_are_right(client: TestClient) -> None:
    reply = client.delete("/actors")
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET")
    assert reply.headers["content-type"] == "application/problem+json"


def test_an_unforeseen_error_shows_no_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("kg.service.routes.nodes.search_labels", fail)
    reply = client.get("/actors")
    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in reply.text


def test_each_kind_of_error_has_its_row() -> None:
    for kind, row in PROBLEMS.items():
        assert problem_of(kind("x")) is row  # the nearest class counts, never a parent's row
    names = [row.name for row in PROBLEMS.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/one"),
        ("a/*;q=0.3, b/two;q=0.4", "b/two"),
        ("*/*, a/one;q=0", "b/two"),
        ("B/TWO ; q=1.0", "b/two"),
        ("c/three", None),
        ("a/one;q=zero", None),
        ("nonsense", "a/one"),
        ("a/one;q=0.5, a/*;q=1, b/two;q=0.6", "b/two"),
    ],
)
def test_accept_headers(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, ["a/one", "b/two"]) == chosen


def test_the_description_names_every_route_and_error(client: TestClient) -> None:
    description = get(client, "/openapi.json")
    assert set(description["paths"]) == {
        "/sparql",
        "/graphs",
        "/graphs/{name}",
        "/articles/{id}",
        "/actors",
        "/actors/{id}",
        "/actors/{id}/positions",
        "/topics",
        "/topics/{id}",
        "/neighbourhood",
        "/evidence",
        "/ns",
        "/ns/{version}",
        "/.well-known/void",
        "/healthz",
    }
    assert description["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status"]
    depth = next(one for one in description["paths"]["/neighbourhood"]["get"]["parameters"] if one["name"] == "depth")
    assert (depth["schema"]["minimum"], depth["schema"]["maximum"]) == (1, 3)


def test_a_new_snapshot_is_moved_to_without_a_dropped_request(tmp_path: Path) -> None:
    files = write_quad_files(tmp_path)
    publish(tmp_path / "store", files, version="1")
    with TestClient(create_app(Settings(store=tmp_path / "store", workers=1, follow=0.1))) as client:
        seen: set[str] = set()
        statuses: list[int] = []
        query = {"query": "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a <https://w3id.org/whostands/ns#Article> }"}
        writer = threading.Thread(target=lambda: publish(tmp_path / "store", files[:2], version="2"))
        writer.start()
        end = time.monotonic() + 20
        while len(seen) < 2 and time.monotonic() < end:
            reply = client.get("/sparql", params=query)
            statuses.append(reply.status_code)
            seen.add(reply.json()["results"]["bindings"][0]["n"]["value"])
        writer.join()
        assert seen == {"2", "1"}
        assert set(statuses) == {200}
        assert get(client, "/healthz")["version"] == "2"
        assert client.get("/actors/Q142").json()["statements"] == 1
