"""A study's sources are files of its folder, or names on the hub."""

from __future__ import annotations

from studio.study import Study
from winnow.config import Config
from winnow.study.workspace import Workspace


def test_a_name_on_the_hub_is_no_file_of_the_study(tmp_path):
    config = Config.model_validate({"ingest": {"sources": ["faq.jsonl", "hub:someone/faq"]}})
    assert Study(Workspace(tmp_path), config).sources == [str(tmp_path / "faq.jsonl"), "hub:someone/faq"]
