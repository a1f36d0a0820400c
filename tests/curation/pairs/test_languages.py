"""Minimal pairs in many languages and scripts: rows that differ in meaning stay, copies of a row are found.

The words are in `tests/data/languages.yaml`; what is done to them is the same everywhere, for no language is special.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from curation.pairs import candidates
from curation.steps import contradictions, duplicates
from winnow.config import ContradictionsConfig, DuplicatesConfig
from winnow.data.records import new_record, number_copies, to_table

LANGUAGES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "data" / "languages.yaml").read_text(encoding="utf-8")
)
LATIN_DIGITS = "0123456789"
Row = tuple[str, str]


class _Language:
    """Rows of one language, about each of its things, that differ in one respect."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.digits = said.get("digits", LATIN_DIGITS)

    def row(self, thing: str, name: int = 0, number: str = "", unit: int = 0) -> Row:
        said = self.said
        number = number or said["numbers"][0]
        asked = said["ask"].format(thing=thing, name=said["names"][name])
        return asked, said["tell"].format(thing=thing, number=number, unit=said["units"][unit])

    def digits_in(self, script: str) -> list[Row]:
        return [self.row(thing, number=script[n] + script[0]) for thing in self.said["things"] for n in (4, 5)]

    def numbers(self) -> list[Row]:
        return [self.row(thing, number=word) for thing in self.said["things"] for word in self.said["numbers"]]

    def units(self) -> list[Row]:
        return [self.row(thing, unit=n, number=LATIN_DIGITS[6]) for thing in self.said["things"] for n in (0, 1)]

    def names(self) -> list[Row]:
        return [self.row(thing, name=n) for thing in self.said["things"] for n in (0, 1)]

    def _answers(self, *keys: str) -> list[Row]:
        said = self.said
        return [(said["asks"].format(thing=t), said[key].format(thing=t)) for t in said["things"] for key in keys]

    def negations(self) -> list[Row]:
        return self._answers("holds", "fails")

    def yes_and_no(self) -> list[Row]:
        return self._answers("affirms", "denies")

    def words_asked(self) -> list[Row]:
        """Questions that differ in a letter, one of them with the word that the rest of the file has."""
        usual, other = (self.said["word_in"].format(word=word) for word in self.said["word"])
        answer = self.row(self.said["things"][0])[1]
        return [(usual, answer), (other, answer), *self._usual()]

    def words_told(self) -> list[Row]:
        usual, other = (self.said["word_in"].format(word=word) for word in self.said["word"])
        question = self.said["asks"].format(thing=self.said["things"][0])
        return [(question, usual), (question, other), *self._usual()]

    def _usual(self) -> Iterator[Row]:
        for thing in self.said["things"]:
            yield f"{self.said['word'][0]}: {thing}", self.said["affirms"].format(thing=thing)


KINDS: dict[str, Callable[[_Language], list[Row]]] = {
    "digits": lambda language: language.digits_in(LATIN_DIGITS),
    "digits of the script": lambda language: language.digits_in(language.digits),
    "number words": _Language.numbers,
    "units": _Language.units,
    "names asked for": _Language.names,
    "negations": _Language.negations,
    "yes against no": _Language.yes_and_no,
    "words asked for": _Language.words_asked,
    "words told": _Language.words_told,
}
SCRIPTS_OWN = ("digits of the script",)  # say the same as Latin digits


def _curated(rows: list[Row]) -> tuple[dict[Row, Row], set[Row]]:
    """Return each removed row with the row that stays for it, and the rows that are flagged as contradicting."""
    table = to_table(number_copies(new_record(q, a, "bank.jsonl", n) for n, (q, a) in enumerate(rows, start=1)))
    text = {row["id"]: (row["question"], row["answer"]) for row in table.to_pylist()}
    pairs = candidates.find(table, DuplicatesConfig())
    found = duplicates.decide(pairs, table, DuplicatesConfig())
    gone = {d.id: d.evidence["twin"] for d in found if d.action == "remove"}
    kept = table.filter(pa.array([id_ not in gone for id_ in table["id"].to_pylist()]))
    flagged = contradictions.decide(pairs, kept, ContradictionsConfig())
    return {text[one]: text[twin] for one, twin in gone.items()}, {text[d.id] for d in flagged}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_file_of_minimal_pairs_loses_no_row_and_other_digits_are_a_contradiction(code):
    language = _Language(LANGUAGES[code])
    rows = [row for kind, make in KINDS.items() if kind not in SCRIPTS_OWN for row in make(language)]
    removed, flagged = _curated(list(dict.fromkeys(rows)))
    assert removed == {}
    assert flagged >= {*language.digits_in(LATIN_DIGITS)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_rows_that_differ_in_meaning_stay(code, kind):
    rows = KINDS[kind](_Language(LANGUAGES[code]))
    assert len(set(rows)) == len(rows)
    removed, flagged = _curated(rows)
    assert removed == {}
    if kind.startswith("digits"):
        assert flagged == set(rows)


def test_rows_of_all_languages_in_one_file_stay_too():
    kinds = [make for kind, make in KINDS.items() if kind not in SCRIPTS_OWN]
    rows = [row for said in LANGUAGES.values() for make in kinds for row in make(_Language(said))]
    assert _curated(list(dict.fromkeys(rows)))[0] == {}


WIDE = {point: point + 0xFEE0 for point in range(0x21, 0x7F)}
ENDS = ".?!;。．？！।؟۔።၊။៕។ "
COPIES: dict[str, Callable[[str], str]] = {
    "case": str.upper,  # which writes Turkish i as I, as much software does
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "spaces": lambda text: "  " + text.replace(" ", "  ") + "\n",
    "width": lambda text: text.translate(WIDE),
    "end": lambda text: text.rstrip(ENDS),
    "another end": lambda text: text.rstrip(ENDS) + " !",
    "unseen": lambda text: "\u200b" + text + "\ufeff",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_copies_in_another_case_form_or_punctuation_leave(code):
    language = _Language(LANGUAGES[code])
    thing = language.said["things"][1]
    rows = {change: language.row(thing, number=LATIN_DIGITS[n]) for n, change in enumerate(COPIES, 1)}
    copies = {change: (COPIES[change](question), COPIES[change](answer)) for change, (question, answer) in rows.items()}
    removed, _ = _curated([*rows.values(), *copies.values()])
    found = [{one, twin} for one, twin in removed.items()]  # of an unchanged one both are one text
    assert {change for change in COPIES if {rows[change], copies[change]} not in found} == set()
    assert len(removed) == len(COPIES)


@pytest.mark.parametrize("code", [code for code, said in LANGUAGES.items() if "digits" in said])
def test_the_digits_of_a_script_are_the_digits(code):
    language = _Language(LANGUAGES[code])
    one, other = (language.row(language.said["things"][0], number=script[4]) for script in (language.digits, "0123456"))
    assert len(_curated([one, other])[0]) == 1
