"""Lexicons: what comes with Winnow is sound, and what is wrong in a person's own is told with file and line."""

from __future__ import annotations

import pytest

from winnow.errors import InputError
from winnow.text.lexicon import LEXICONS, packaged_lexicon, read_lexicon
from winnow.text.phrases import compile_phrase
from winnow.text.words import straight

PACKAGED = sorted(path.stem for path in LEXICONS.glob("*.yaml"))
KINDS = {
    "refusal", "placeholder", "prompt_residue", "boilerplate", "dangling_reference", "out_of_date", "explain",
    "pointing", "of_languages",
}  # fmt: skip
CLASSES = {"function", "asks", "speaker", "inability", "speech", "talk", "pronouns", "pointers", "page", "unfinished"}


@pytest.mark.parametrize("language", PACKAGED)
def test_each_template_finds_its_example_and_its_hints_stand_in_it(language):
    lexicon = packaged_lexicon(language)
    assert lexicon.language == language
    assert lexicon.phrases.keys() >= KINDS
    assert lexicon.classes.keys() >= CLASSES
    for template in (one for templates in lexicon.phrases.values() for one in templates):
        phrase = compile_phrase(template.text, lexicon.classes, lexicon.is_spaced)
        found = phrase.pattern.search(straight(template.example))
        assert found, template
        assert any(hint in found.group() for hint in phrase.hints), template


def test_a_language_nobody_wrote_has_no_lexicon():
    assert packaged_lexicon("pl") is None
    assert packaged_lexicon("../de") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("language: polski\n", ':1: language is "polski"'),
        ("classes: {}\n", ':1: language is ""'),
        ("language: pl\nwords: {}\n", ':2: "words" is no part of a lexicon'),
        ("language: pl\nclasses:\n  a: b\n  c: '{d}'\n", ":4: {d} in c: no class of that name"),
        ('language: pl\nphrases:\n  refusal:\n    - ["{i} nie", "ja nie"]\n', ":4: there is no class i"),
        (
            'language: pl\nphrases:\n  refusal:\n    - ["nie wiem", "wiem"]\n',
            """:4: "nie wiem" doesn't find its example""",
        ),
        ('language: pl\nphrases:\n  refusal:\n    - "nie wiem"\n', ':4: a phrase is ["template"'),
        ("language: pl\nspaced: maybe\n", ':2: "maybe" is neither true nor false'),
        ("language: [pl\n", ":2: isn't YAML"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path, text, problem):
    path = tmp_path / "pl.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_lexicon(path)
    assert f"{path}{problem}" in str(error.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match=r"pl\.yaml: can't be read"):
        read_lexicon(tmp_path / "pl.yaml")


def test_a_class_may_stand_in_a_later_one(tmp_path):
    path = tmp_path / "pl.yaml"
    path.write_text("language: pl\nclasses:\n  a: nie_ma ani\n  b: '{a} bez'\n")
    assert read_lexicon(path).classes["b"] == ("nie ma", "ani", "bez")
