"""Every setting and every route of the service is told in the documentation, and nothing that is not there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kg.errors import BadParameter
from kg.service.settings import Settings, settings_from

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")


def test_settings_are_documented() -> None:
    named = {f"KG_SERVE_{one.name.upper()}" for one in fields(Settings) if one.name != "store"}
    assert set(re.findall(r"KG_SERVE_[A-Z_]+", DOCS)) == named


def test_routes_are_documented(client: TestClient) -> None:
    missing = [path for path in client.get("/openapi.json").json()["paths"] if path not in DOCS]
    assert missing == []


def test_settings_come_from_the_environment() -> None:
    given = {"KG_SERVE_WORKERS": "3", "KG_SERVE_DEADLINE": "2.5", "KG_SERVE_WRITE_TOKEN": "t", "KG_SERVE_STORE": "x"}
    settings = settings_from(given, store="graph")
    assert (settings.workers, settings.deadline, settings.write_token, settings.store) == (3, 2.5, "t", "graph")
    assert settings_from({}, store="graph") == Settings(store="graph")
    assert "secret" not in repr(Settings(store="graph", write_token="secret"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("WORKERS", "two"), ("WORKERS", "0"), ("WORKERS", "1.5"), ("DEADLINE", "nan"), ("WRITE_TOKEN", "")],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(BadParameter, match=f"KG_SERVE_{name}"):
        settings_from({f"KG_SERVE_{name}": value}, store="graph")
