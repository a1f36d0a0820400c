from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.config import Config, load, render
from winnow.config.edit import change_setting, with_value

CUT = "duplicates.semantic"


def test_a_changed_value_leaves_every_other_character_as_it_was():
    text = "# mine\nseed: 1\nduplicates:\n  lexical: 0.7   # words\n  semantic: 0.9 # meaning\n\n# the end\n"
    now = with_value(text, CUT, 0.8, "ada, today")
    assert now == text.replace("semantic: 0.9 # meaning", "semantic: 0.8  # ada, today; meaning")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seed: 1",
        "duplicates:\n  lexical: 0.7\n",
        "duplicates: {lexical: 0.7, semantic: 0.9}\n",
        "duplicates: {lexical: 0.7}\nseed: 2\n",
        "duplicates: {}\n",
    ],
)
def test_the_value_is_read_back_however_the_section_was_written(text, tmp_path):
    path = tmp_path / "winnow.yaml"
    path.write_text(text)
    before = load(path)
    change_setting(path, CUT, 0.8, "moved from 0.9 by ada: now")
    after = load(path)
    assert after.duplicates.semantic == 0.8
    assert after.model_copy(update={"duplicates": before.duplicates}) == before
    assert after.duplicates.model_copy(update={"semantic": before.duplicates.semantic}) == before.duplicates


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.text(alphabet=" ab#:'\"{}[]-", max_size=20))
def test_any_number_and_note_keep_the_whole_settings_readable(value, note):
    text = render(Config())
    changed = yaml.safe_load(with_value(text, CUT, value, note))
    assert changed.pop("duplicates")["semantic"] == value
    before = yaml.safe_load(text)
    before.pop("duplicates")
    assert changed == before
