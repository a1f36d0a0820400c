"""The dataset card says what the rows and the configuration say, and that the rest is unknown."""

from __future__ import annotations

import pyarrow as pa
import pytest
from huggingface_hub import DatasetCard

from curation.corpus.corpus import languages_of
from curation.publish.card import card
from winnow.config import load
from winnow.errors import InputError

REPORT = {"kept": 3, "input": 5, "removed": 2, "repaired": 0, "flagged": 0, "by_reason": {}, "precision": {}}


def written(languages, *settings):
    return DatasetCard(card(REPORT, "faq", ["faq.jsonl"], languages, load(None, settings)))


def test_languages_are_named_from_the_commonest_and_stray_ones_left_out():
    data = written({"de": 0.3, "en": 0.69, "fr": 0.01}).data
    assert data.language == ["en", "de"]
    assert data.multilinguality == "multilingual"


def test_rows_too_short_to_tell_are_of_an_undetermined_language():
    found = written({})
    assert found.data.language == ["und"]
    assert "Language: too few words to tell." in found.text


def test_the_language_is_identified_in_the_rows_of_a_file():
    english = [
        f"How do I open a savings account at the branch in my town with number {n}, and what does it cost?"
        for n in range(30)
    ]
    german = [
        f"Wie eröffne ich ein Sparkonto bei der Filiale mit der Nummer {n}, und was kostet es?" for n in range(30)
    ]
    ids = [str(n) for n in range(60)]
    shares = languages_of(pa.table({"id": ids, "question": english + german, "answer": [""] * 60}))
    assert shares == {"de": 0.5, "en": 0.5}


def test_a_licence_that_nobody_named_is_said_to_be_unknown():
    found = written({"en": 1.0})
    assert found.data.license == "unknown"
    assert "Licence: unknown; whoever publishes the rows must name it." in found.text
    assert "version" not in found.data.to_dict()


def test_a_licence_of_one_s_own_is_another_licence_with_its_name():
    data = written({"en": 1.0}, "publish.licence=Terms of the bank").data
    assert (data.license, data.license_name) == ("other", "Terms of the bank")


def test_a_language_that_is_no_code_is_refused():
    with pytest.raises(InputError, match="'English'"):
        load(None, ["publish.language=[English]"])
