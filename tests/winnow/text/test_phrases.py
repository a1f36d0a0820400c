"""Templates of phrases: what a slot fills, where a phrase may stand, and that hints lose no match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.text.phrases import TemplateError, compile_phrase

CLASSES = {"i": ("ich", "wir"), "cannot": ("kann", "können"), "say": ("sagen", "beantwort*"), "month": ("mai", "juni")}


def finds(template: str, text: str, is_spaced: bool = True) -> bool:
    return compile_phrase(template, CLASSES, is_spaced).pattern.search(text) is not None


@pytest.mark.parametrize(
    ("template", "found", "not_found"),
    [
        ("{i} nicht", "das will ich nicht", "das will dich nichts"),
        ("{say}", "ich beantworte das", "unbeantwortet"),
        ("{i} ..2 nicht", "ich weiß das nicht", "ich weiß das leider wirklich nicht"),
        ("{i} ..2 nicht", "wir, wirklich, nicht", "das bin ich. nicht wahr"),
        ("stand {month}? #year", "stand: mai 2019", "stand mai 19"),
        ("am # {month}", "am 3. mai", "am mai"),
        ("^ {cannot} {i}", "nein. kann ich das?", "das kann ich"),
        ("{say} $", "ich will nichts sagen.", "ich will nichts sagen müssen"),
        ("^^ {i} ..3 $$", "wir sind hier!", "dann sind wir hier"),
        ("ja ~ {i}", "ja! ich komme", "ja und ich komme"),
        ("*hilfe", "nachbarschaftshilfe", "hilfeseite"),
        ("zur_zeit", "das ist zur  zeit so", "zur ganzen zeit"),
        ("im {month}|{i}|#", "im juni", "im juli"),
        ("{i} kann !nicht|nie", "ich kann das", "ich kann nicht"),
        ("!der mai|juni", "im mai", "der mai"),
        ("heute !'s", "heute, morgen", "heute's"),
        ("{say} $|{i}", "das will ich sagen.", "das sagen alle"),
        ("seit #year", "seit 2019", "seit 1950er"),
    ],
)
def test_a_template_finds_its_phrase_and_no_neighbour_of_it(template, found, not_found):
    assert finds(template, found)
    assert not finds(template, not_found)


def test_without_spaces_words_need_no_boundary_and_gaps_count_signs():
    assert finds("无法|不能 ..4 回答", "这个问题我无法为您回答。", is_spaced=False)
    assert not finds("无法|不能 ..4 回答", "无法。请您另行咨询后回答", is_spaced=False)


@pytest.mark.parametrize("template", ["{nobody} nicht", "..3", "^ $", "ich | du", "#"])
def test_a_template_that_can_match_anything_or_nothing_is_refused(template):
    with pytest.raises(TemplateError):
        compile_phrase(template, CLASSES)


@given(st.lists(st.sampled_from(["ich", "wir", "kann", "nicht", "sagen", "beantworten", "das", ",", "."]), max_size=9))
def test_a_text_without_any_hint_has_no_match(words):
    phrase = compile_phrase("{i} ..2 {cannot}? nicht ..1 {say}", CLASSES)
    text = " ".join(words)
    assert any(hint in text for hint in phrase.hints) or not phrase.pattern.search(text)
