from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evaluation.retention.checks import last_number, run_check
from winnow.errors import InputError

GENERAL = Path(__file__).parents[3] / "data" / "demo" / "general.jsonl"


@pytest.mark.parametrize(
    ("check", "answer", "holds"),
    [
        ({"type": "contains_any", "values": ["Paris", "paris city"]}, "It is PARIS.", True),
        ({"type": "contains_all", "values": ["red", "blue"]}, "Red only.", False),
        ({"type": "regex", "pattern": r"(?i)^\W*no\b"}, "No, it can't.", True),
        ({"type": "number", "value": 1250}, "First 3, then £1,250.", True),
        ({"type": "number", "value": 0.5}, "It is 0.50", True),
        ({"type": "number", "value": -4}, "The result is −4.", True),
        ({"type": "number", "value": 7}, "No idea.", None),
        ({"type": "max_words", "n": 3}, "one two three", True),
        ({"type": "min_words", "n": 3}, "one two", False),
        ({"type": "bullet_count", "n": 2}, "Here:\n- one\n* two", True),
        ({"type": "json", "keys": ["name"]}, 'Sure:\n```json\n{"name": "Ann"}\n```', True),
        ({"type": "json", "keys": ["age"]}, '{"name": "Ann"}', False),
        ({"type": "json"}, "not json", False),
        ({"type": "starts_with", "value": "Dear"}, "  Dear Sir", True),
        ({"type": "ends_with", "value": "!"}, "Hello! \n", True),
        ({"type": "language", "code": "fr"}, "Je voudrais une baguette et deux croissants, s'il vous plaît.", True),
        ({"type": "language", "code": "fr"}, "Oui.", None),
        ({"type": "uppercase"}, "HELLO, YOU 2", True),
        ({"type": "lowercase"}, "hello You", False),
        ({"type": "no_word", "word": "very"}, "Every day", True),
        ({"type": "no_word", "word": "very"}, "It is VERY cold.", False),
        ({"type": "uppercase"}, "  ", None),
    ],
)
def test_a_check_holds_fails_or_cant_tell(check, answer, holds):
    assert run_check(check, answer) is holds


@pytest.mark.parametrize(
    ("text", "number"),
    [("version 2", 2), ("$1,234.56 in all", 1234.56), ("10-15", 15), ("3.", 3), ("x2", None), ("", None)],
)
def test_the_last_number_of_a_text(text, number):
    assert last_number(text) == number


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"type": "rhymes"}, "known are"),
        ({"type": "number"}, 'no "value"'),
        ({"type": "regex", "pattern": "("}, "mend"),
    ],
)
def test_a_check_that_cant_be_run_says_why(check, words):
    with pytest.raises(InputError, match=re.escape(words)):
        run_check(check, "3")


def test_every_shipped_check_can_be_run():
    rows = [json.loads(line) for line in GENERAL.read_text().splitlines()]
    checks = [row["check"] for row in rows if "check" in row]
    assert len(checks) > 200
    for check in checks:
        assert run_check(check, "An answer of 12 words.") in (True, False, None)
