from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.text.characters import INVISIBLE, MOJIBAKE, PERHAPS_MOJIBAKE, UNSEEN
from winnow.text.markup import ELEMENTS, HIDDEN, LINES, SURE_ELEMENTS
from winnow.text.plain_text import words
from winnow.text.words import PIECE, UNSPACED, WORD, answer_words, rouge_words, term_pattern

# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.text("bcdxyz", min_size=1) | st.text("0189", min_size=1), max_size=8))
def test_all_ways_agree_on_plain_words_and_numbers_with_blanks_between_them(split):
    text = " ".join(split)
    assert WORD.findall(text) == rouge_words(text) == [*answer_words(text)] == words(text) == split
    assert [piece for piece in PIECE.findall(text) if not piece.isspace()] == split


# of each kind of character some: all of Unicode takes hypothesis seconds to list
ANY = "aZ09_ .,!'-\t\n\u00a0é߀٣½𝟗東々ひสั្कषৰ\u0301\u200b\u200d\ufe0f☃😀\ud83d"


@given(st.text(st.sampled_from(ANY), max_size=60))
def test_the_pieces_that_are_shown_lose_nothing(text):
    assert "".join(PIECE.findall(text)) == text


def test_a_word_of_prose_keeps_its_marks_and_a_term_keeps_its_number():
    text = "it's 1.5 well-known"
    assert WORD.findall(text) == ["it's", "1", "5", "well-known"]
    assert term_pattern(text).findall(text) == ["it", "s", "1.5", "well", "known"]
    assert answer_words(text) == ("its", "15", "wellknown")


@given(st.text(alphabet=st.sampled_from("abc123 +-#$%.,'"), max_size=30))
def test_the_fast_pattern_for_ascii_finds_what_the_one_for_any_script_finds(text):
    behind = " é"  # any letter beyond ASCII takes the other pattern
    assert term_pattern(text).findall(text) == term_pattern(text + behind).findall(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京", "東 京"),
        ("時々", "時 々"),
        ("ひらがな", "ひ ら が な"),
        ("สวัสดี", "ส วั ส ดี"),
        ("ភ្នំពេញ", "ភ្នំ ពេ ញ"),
        ("ລາວ", "ລ າ ວ"),
        ("မန္တလေး", "မ န္တ လေး"),
        ("𠮷野", "𠮷 野"),
        ("保修24个月", "保 修 24 个 月"),
        ("重5kg以上", "重 5 kg 以 上"),
    ],
)
def test_scripts_without_spaces_give_a_word_per_letter_with_its_marks(text, expected):
    assert UNSPACED.match(text)
    assert term_pattern(text).findall(text) == expected.split()


@pytest.mark.parametrize(
    "text", ["word", "слово", "λέξη", "서울", "कखग", "हिन्दी", "বাংলা", "தமிழ்", "తెలుగు", "كَتَبَ", "አማርኛ"]
)
def test_scripts_with_spaces_give_whole_words(text):
    assert UNSPACED.search(text) is None
    assert term_pattern(text).findall(text) == [text]


# ── characters and elements ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("char", ["\x00", "\u200b", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u2060", "\U000e0041"])
def test_what_nobody_sees_is_dropped_from_texts_that_are_kept_and_compared(char):
    assert INVISIBLE.sub("", f"pay{char}ment") == UNSEEN.sub("", f"pay{char}ment") == "payment"
    assert words(f"pay{char}ment é") == ["payment", "é"]


@pytest.mark.parametrize("char", ["\u200c", "\u200d", "\u200e", "\u200f", "\ufe0f"])
def test_what_shapes_a_script_stays_in_texts_that_are_kept(char):
    assert INVISIBLE.search(char) is None
    assert UNSEEN.sub("", char) == ""


@pytest.mark.parametrize("blank", ["\t", "\n", "\r", " ", "\u00a0"])
def test_blanks_are_not_invisible(blank):
    assert INVISIBLE.search(blank) is UNSEEN.search(blank) is None


def test_a_sound_text_with_a_letter_of_mojibake_is_only_looked_at():
    assert MOJIBAKE.search("cafÃ©")
    assert PERHAPS_MOJIBAKE.search("cafÃ©")
    assert PERHAPS_MOJIBAKE.search("«manhã»")
    assert MOJIBAKE.search("«manhã»") is None
    assert words("«manhã»") == ["manhã"]


def test_elements_that_hide_or_end_lines_are_sure_elements_and_source_may_be_a_slot():
    sure, known = set(SURE_ELEMENTS.split("|")), set(ELEMENTS.split("|"))
    assert {*HIDDEN.split("|"), *LINES.split("|")} < sure < known
    assert "source" in known - sure
