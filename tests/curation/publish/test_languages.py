"""What the report says of languages that nobody reads, and by what a lexicon of one's own is known."""

from __future__ import annotations

from curation.publish.languages import published_unread, unread, unread_lines
from curation.stage import curate_stage
from winnow.config import Config
from winnow.data.files import write_json
from winnow.study.workspace import Curated

POLISH = 'language: pl\nphrases:\n  refusal:\n    - ["nie wiem", "Nie wiem."]\n'


def config(*lexicons) -> Config:
    return Config.model_validate({"quality": {"lexicons": [*map(str, lexicons)]}})


def test_a_language_is_named_in_words_with_what_was_not_looked_for(tmp_path):
    assert unread_lines({"pl": ["refusal", "prompt_residue"]}) == ["Not looked for in Polish: refusal, prompt residue."]
    curated = Curated(tmp_path)
    assert published_unread(curated) == []
    write_json(tmp_path / "report.json", {"not_looked_for": {"nl": ["refusal"]}})
    assert published_unread(curated) == ["Not looked for in Dutch: refusal."]


def test_a_language_of_a_few_rows_in_a_hundred_is_not_named():
    found = unread({"de": 0.9, "pl": 0.09, "lb": 0.01}, config())
    assert [*found] == ["de", "pl"]
    assert found["de"] == ["off_question", "outlier", "reader"], "encoder and reader are made for English"
    assert {"refusal", "boilerplate", "dangling_reference", "out_of_date"} < {*found["pl"]}


def test_a_lexicon_of_ones_own_is_looked_for_and_an_input_of_curation(tmp_path):
    path = tmp_path / "pl.yaml"
    path.write_text(POLISH)
    assert "refusal" not in unread({"pl": 1.0}, config(path))["pl"]
    lexicon = curate_stage(["faq.jsonl"], Curated(tmp_path / "out"), config(path)).inputs.lexicons[str(path)]
    before = lexicon.fingerprint()
    path.write_text(POLISH.replace("nie wiem", "nie mam pojęcia").replace("Nie wiem", "Nie mam pojęcia"))
    assert lexicon.fingerprint() != before
