"""Check an answer by program: a number, words that must occur, a length, a format, a language.

>>> run_check({"type": "number", "value": 43}, "17 + 26 = 43.")
True
>>> run_check({"type": "number", "value": 43}, "I don't know.") is None
True
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import isclose
from typing import Any

from winnow.errors import InputError
from winnow.text.language import language_of

Check = dict[str, Any]

NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?|(?<![\w.])[-−]?\.\d+")
BULLET = re.compile(r"^\s*[-*•]", re.MULTILINE)
FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)


def run_check(check: Check, answer: str) -> bool | None:
    """Tell whether the check holds; None where the answer can't be read for it, such as one without a number.

    Raises InputError where the check is of no known type or lacks its value.
    """
    kind = str(check.get("type"))
    if kind not in CHECKS:
        raise InputError(f'unknown check type "{kind}"; known are {", ".join(sorted(CHECKS))}')
    if not answer.strip():
        return None
    try:
        return CHECKS[kind](check, answer.strip())
    except KeyError as error:
        raise InputError(f'check {check} has no "{error.args[0]}"; add it') from error
    except re.error as error:
        raise InputError(f"check {check}: {error}; mend the pattern") from error


def last_number(text: str) -> float | None:
    """Read the last number of a text; thousands separators are commas."""
    found = NUMBER.findall(text)
    return float(found[-1].replace(",", "").replace("−", "-")) if found else None


def _number(check: Check, answer: str) -> bool | None:
    value = last_number(answer)
    return None if value is None else isclose(value, float(check["value"]), rel_tol=1e-9, abs_tol=1e-9)


def _json(check: Check, answer: str) -> bool:
    fenced = FENCE.search(answer)
    try:
        value = json.loads(fenced.group(1) if fenced else answer)
    except (ValueError, RecursionError):
        return False
    return all(isinstance(value, dict) and key in value for key in check.get("keys", []))


def _language(check: Check, answer: str) -> bool | None:
    code = language_of(answer).code
    return code == check["code"] if code else None


def _occurs(value: str, answer: str) -> bool:
    return value.lower() in answer.lower()


def _has_word(word: str, answer: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", answer, re.IGNORECASE) is not None


CHECKS: dict[str, Callable[[Check, str], bool | None]] = {
    "contains_any": lambda check, answer: any(_occurs(value, answer) for value in check["values"]),
    "contains_all": lambda check, answer: all(_occurs(value, answer) for value in check["values"]),
    "regex": lambda check, answer: re.search(check["pattern"], answer) is not None,
    "number": _number,
    "max_words": lambda check, answer: len(answer.split()) <= check["n"],
    "min_words": lambda check, answer: len(answer.split()) >= check["n"],
    "bullet_count": lambda check, answer: len(BULLET.findall(answer)) == check["n"],
    "json": _json,
    "starts_with": lambda check, answer: answer.startswith(check["value"]),
    "ends_with": lambda check, answer: answer.endswith(check["value"]),
    "language": _language,
    "uppercase": lambda check, answer: answer.isupper(),
    "lowercase": lambda check, answer: answer.islower(),
    "no_word": lambda check, answer: not _has_word(check["word"], answer),
}
