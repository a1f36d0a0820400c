"""Rows to train the reader on: faults planted in clean rows, look-alikes that are no faults, and answers of other rows.

rows = faulty(sets, inventories, a_kind=2000, rng) + lookalikes(sets, inventories, a_kind=600, rng)
rows[0]                            # Planted("How …?", "TBD", "placeholder", judged={"placeholder", …})

Labels are by kind. A row says nothing of a kind that isn't in `judged`: whether a refusal is also off the question is
nobody's to say.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.defects import PLANTS, Inventory, Plant
from benchmarks.reader.sets import Graded, Pair
from curation.reader.kinds import KINDS

ASKED_FOR = Path(__file__).parent / "asked_for.json"  # requests whose answer is rightly what elsewhere is a fault
INSTEAD = frozenset({"placeholder", "gibberish", "too_short", "echo", "refusal", "boilerplate", "addresses"})
FEWEST_WORDS_CUT = 13  # words of an answer that can be cut off and still be one
NEIGHBOURHOOD = 3  # rows before and after, whose answers are of the same matter
OFTEN = {"cut_off": 2.0, "prompt_residue": 1.7, "placeholder": 1.4, "dangling_reference": 1.3}  # hard kinds, more rows
CROSSED = 0.3  # share of wordings made of two
ASKS_FOR_MORE = re.compile(r"(?i)(what (are the|causes|happens)|how (to|do|can|does)|why|explain|describe)")
# shares of exchanged answers that come from another set, from a row nearby, from a row that asks alike
OTHER_SET, NEIGHBOUR, ASKED_ALIKE = 0.15, 0.2, 0.3
ALIKE, SAME = 8, 0.95  # questions that count as asked alike, and the cosine of their words from which they are one

Sets = Mapping[str, Sequence[Pair]]


@dataclass(frozen=True)
class Planted:
    """A row, its fault ("" for none), and the kinds it teaches something about."""

    question: str
    answer: str
    kind: str = ""
    judged: frozenset[str] = frozenset(KINDS)
    set: str = ""


def _plants(inventory: Inventory) -> dict[str, tuple[Sequence[str], Plant]]:
    """The plants of the reader's kinds, with the inventory's wordings; answers that fit anywhere are boilerplate."""
    found = {}
    for kind, (name, make) in PLANTS.items():
        if kind in KINDS and (not name or inventory.get(name)):
            constants = inventory.get("constants", ()) if kind == "boilerplate" else ()
            found[kind] = ([*inventory.get(name, ()), *constants], make)
    return found


def faulty(sets: Sets, inventories: Sequence[Inventory], a_kind: int, rng: random.Random) -> list[Planted]:
    """Make `a_kind` rows faulty in each kind, with wordings of any of the inventories, in rows of any set."""
    rows = []
    for kind in KINDS:
        plants = [found[kind] for found in map(_plants, inventories) if kind in found]
        for _ in range(round(a_kind * OFTEN.get(kind, 1)) if plants else 0):
            wordings, make = rng.choice(plants)
            name, pair = _row(
                sets, rng, FEWEST_WORDS_CUT if kind in ("cut_off", "gibberish") else 3, kind == "too_short"
            )
            chosen = [_crossed(rng, wordings)] if wordings and rng.random() < CROSSED else wordings
            question, answer = make(pair.question, pair.answer, rng, chosen)
            judged = frozenset(KINDS) - {"off_question"} if kind in INSTEAD else frozenset(KINDS)
            rows.append(Planted(question, answer, kind, judged, name))
    return rows


def _row(sets: Sets, rng: random.Random, fewest: int, asks_for_more: bool = False) -> tuple[str, Pair]:
    """Draw a row of some set with at least so many words; where wanted its question asks for more than a word."""
    while True:
        name = rng.choice(sorted(sets))
        for _ in range(20):
            pair = rng.choice(sets[name])
            if len(pair.answer.split()) >= fewest and not (asks_for_more and not ASKS_FOR_MORE.match(pair.question)):
                return name, pair


def _crossed(rng: random.Random, wordings: Sequence[str]) -> str:
    """Put the beginning of one wording before the text and the end of another after it."""
    one, other = rng.choice(wordings), rng.choice(wordings)
    if "{}" not in one or "{}" not in other:
        return one
    return one.partition("{}")[0] + "{}" + other.rpartition("{}")[2]


def exchanged(sets: Sets, number: int, rng: random.Random) -> list[Planted]:
    """Give rows the answers of others: of the same set, of a row nearby or that asks alike, or of another set."""
    rows: list[Planted] = []
    alike = {name: _asked_alike([pair.question for pair in pairs]) for name, pairs in sets.items()}
    while len(rows) < number:
        name = rng.choice(sorted(sets))
        at, draw = rng.randrange(len(sets[name])), rng.random()
        if draw < OTHER_SET:
            other = rng.choice(sets[rng.choice(sorted(sets))])
        elif draw < OTHER_SET + NEIGHBOUR:
            other = sets[name][(at + rng.choice((-1, 1)) * rng.randint(1, NEIGHBOURHOOD)) % len(sets[name])]
        elif draw < OTHER_SET + NEIGHBOUR + ASKED_ALIKE and alike[name][at]:
            other = sets[name][rng.choice(alike[name][at])]
        else:
            other = rng.choice(sets[name])
        pair = sets[name][at]
        if other.answer != pair.answer and other.question != pair.question:
            rows.append(Planted(pair.question, other.answer, "off_question", frozenset(KINDS), name))
    return rows


def _asked_alike(questions: Sequence[str]) -> list[list[int]]:
    """Return for each question the places of those whose rare words it shares most, but of none that is the same."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True).fit_transform(questions)
    found = []
    for at in range(len(questions)):
        cosines = (words[at] @ words.T).tocoo()
        near = sorted(zip(-cosines.data, cosines.col.tolist(), strict=True))
        found.append([col for cosine, col in near if -cosine < SAME and col != at][:ALIKE])
    return found


def graded(rows: Sequence[Graded], number: int, rng: random.Random) -> list[Planted]:
    """Rows that people graded, as many good as bad ones."""
    good, bad = ([row for row in rows if row.good is wanted] for wanted in (True, False))
    out = []
    for part, kind in ((good, ""), (bad, "off_question")):
        for row in rng.sample(part, min(len(part), number // 2)):
            out.append(Planted(row.question, row.answer, kind, frozenset({"off_question"}), "selqa"))
    return out


def lookalikes(sets: Sets, inventories: Sequence[Inventory], a_kind: int, rng: random.Random) -> list[Planted]:
    """Rows in which the words of a fault are what was asked for; no fault, whatever they say."""
    requests = json.loads(ASKED_FOR.read_text(encoding="utf-8"))
    rows = []
    for kind in KINDS:
        plants = [found[kind] for found in map(_plants, inventories) if kind in found]
        for _ in range(a_kind if plants else 0):
            wordings, make = rng.choice(plants)
            _, pair = _row(sets, rng, FEWEST_WORDS_CUT)
            made = make(pair.question, pair.answer, rng, wordings)
            wording = made[0] if kind == "dangling_reference" else made[1]
            template = rng.choice(requests[kind] if kind in requests and rng.random() < 0.8 else requests["any"])
            question, answer = (_filled(part, wording, pair, rng) for part in template)
            rows.append(Planted(question, answer, "", frozenset(KINDS) - {"off_question"}, "lookalike"))
    return rows


def _filled(template: str, wording: str, pair: Pair, rng: random.Random) -> str:
    words = pair.answer.split()
    at = max(4, len(words) // 2)
    sentences = re.split(r"(?<=[.!?])\s+", pair.answer)
    parts = {
        "{}": wording,
        "{text}": " ".join(words[:150]),
        "{sentence}": rng.choice(sentences),
        "{question}": pair.question,
        "{begin}": " ".join(words[:at][-40:]),
        "{rest}": " ".join(words[at:][:60]),
    }
    return re.sub(r"\{\w*\}", lambda found: parts.get(found[0], found[0]), template)


def restyled(rows: Sequence[Planted], share: float, rng: random.Random) -> list[Planted]:
    """Write a share of the rows in other manners, faults and clean rows alike, so that a manner isn't a fault."""
    return [_restyle(row, rng) if rng.random() < share else row for row in rows]


def _restyle(row: Planted, rng: random.Random) -> Planted:
    question, answer = row.question, row.answer
    manner = rng.choice(MANNERS)
    if manner == "no stop" and row.kind != "cut_off":
        answer = re.sub(r"[.!]\s*$", "", answer)
    elif manner == "bullets":
        answer = "\n".join(f"{rng.choice('-*•')} {one}" for one in re.split(r"(?<=[.!?])\s+", answer))
    elif manner == "lines":
        answer = re.sub(r"(?<=[.!?])\s+", "\n", answer)
    elif manner == "one line":
        answer = " ".join(answer.split())
    elif manner == "greeting":
        question = f"{rng.choice(GREETINGS)} {question}"
    elif manner == "no question mark":
        question = question.rstrip(" ?")
    elif manner == "bold":
        words = answer.split(" ")
        at = rng.randrange(len(words))
        words[at] = f"**{words[at]}**"
        answer = " ".join(words)
    elif manner == "spaces":
        answer = f" {answer}\n"
    return Planted(question, answer, row.kind, row.judged, row.set)


MANNERS = ("no stop", "no stop", "bullets", "lines", "one line", "greeting", "no question mark", "bold", "spaces")
GREETINGS = ("Hello,", "Hi there!", "Quick question:", "Good morning.", "Please help:", "I'd like to know:", "So,")
