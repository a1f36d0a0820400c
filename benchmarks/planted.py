"""Plant copies, contradictions and traps over real rows, so that it's known what curation should find.

corpus = plant(realdata.load_all(), copies=5000, seed=0, wordings=wordings.SETS["held_out"])
corpus[0]            # Planted(question, answer, source, kind, group)
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.wordings import Wordings


@dataclass(frozen=True)
class Planted:
    """A row and what it is: rows of one `group` say the same; `of` is the place of the row it was made from."""

    question: str
    answer: str
    source: str
    kind: str
    group: int
    of: int = -1


COPIES = (
    "exact", "case", "punctuation", "whitespace", "typos", "template_question", "template_answer", "template_both",
    "truncated", "html", "markdown", "entities", "mojibake", "reordered", "word_edited", "paraphrase",
)  # fmt: skip
CONTRADICTIONS = ("number", "negated", "entity", "swapped")
TRAPS = ("number_in_question", "entity_in_question")


def plant(rows: Sequence[dict[str, Any]], copies: int, seed: int, wordings: Wordings) -> list[Planted]:
    """Return the rows, `copies` surplus copies, a third as many contradictions and as many traps, shuffled."""
    rng = random.Random(seed)
    planted = _originals(rows)
    editor = Editor(rng, wordings, rows)
    for kinds, number in ((COPIES, copies), (CONTRADICTIONS, copies // 3), (TRAPS, copies // 6)):
        planted += _plant_kinds(planted[: len(rows)], kinds, number, editor, len(planted))
    order = list(range(len(planted)))
    rng.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    return [replace(planted[old], of=place.get(planted[old].of, -1)) for old in order]


def _originals(rows: Sequence[dict[str, Any]]) -> list[Planted]:
    """Group real rows whose texts have the same words in the same order: natural copies."""
    groups: dict[tuple[str, ...], int] = {}
    out = []
    for row in rows:
        key = tuple(re.sub(r"\W+", " ", row[name]).strip().casefold() for name in ("question", "answer"))
        group = groups.setdefault(key, len(groups))
        out.append(Planted(row["question"], row["answer"], row["source"], "original", group))
    return out


def _plant_kinds(
    originals: list[Planted], kinds: Sequence[str], number: int, editor: Editor, start: int
) -> list[Planted]:
    out: list[Planted] = []
    free = originals[-1].group + start  # groups of rows that say something new
    for kind in kinds:
        quota = len(out) + number // len(kinds)
        for _ in range(number * 10):
            if len(out) == quota:
                break
            place = editor.rng.randrange(len(originals))
            row = originals[place]
            question, answer = getattr(editor, kind)(row.question, row.answer)
            if kind != "exact" and (question, answer) == (row.question, row.answer):
                continue
            group = row.group if kind in COPIES else free + len(out) + 1
            out.append(Planted(question, answer, row.source, kind, group, place))
    return out


class Editor:
    """One method a kind: question and answer → question and answer as planted (unchanged: doesn't apply)."""

    def __init__(self, rng: random.Random, wordings: Wordings, rows: Sequence[dict[str, Any]]) -> None:
        self.rng, self.wordings, self.rows = rng, wordings, rows

    def exact(self, question: str, answer: str) -> tuple[str, str]:
        """Copy."""
        return question, answer

    def case(self, question: str, answer: str) -> tuple[str, str]:
        """Change the case of all letters."""
        change = self.rng.choice((str.upper, str.lower))
        return change(question), change(answer) if self.rng.random() < 0.5 else answer

    def punctuation(self, question: str, answer: str) -> tuple[str, str]:
        """Drop or double the marks at the end, drop commas."""
        ends = self.rng.choice(("", "??", " ?", "?!", "..."))
        question = re.sub(r"[\s?.!]*$", ends, question)
        return question, re.sub(r"(?<!\d),|;", "", answer) if self.rng.random() < 0.6 else answer

    def whitespace(self, question: str, answer: str) -> tuple[str, str]:
        """Double blanks, or put line breaks in their place."""
        blank = self.rng.choice(("  ", "\n", "\t", " \u00a0"))
        return self._each(question, " ", blank, 0.4), self._each(answer, " ", blank, 0.3)

    def typos(self, question: str, answer: str) -> tuple[str, str]:
        """Slip in some words of both."""
        return self._slips(question, 0.15, 1), self._slips(answer, 0.06, 1)

    def template_question(self, question: str, answer: str) -> tuple[str, str]:
        """Wrap the question."""
        return self._wrap(question, self.wordings.questions), answer

    def template_answer(self, question: str, answer: str) -> tuple[str, str]:
        """Wrap the answer."""
        return question, self.rng.choice(self.wordings.answers).format(answer)

    def template_both(self, question: str, answer: str) -> tuple[str, str]:
        """Wrap both."""
        return self.template_question(question, self.template_answer(question, answer)[1])

    def truncated(self, question: str, answer: str) -> tuple[str, str]:
        """Cut the answer off."""
        if len(answer.split()) < 12:
            return question, answer
        return question, answer[: int(len(answer) * self.rng.uniform(0.35, 0.85))]

    def html(self, question: str, answer: str) -> tuple[str, str]:
        """Put tags around sentences or words."""
        before, after = self.rng.choice(self.wordings.markup)
        parts = re.split(r"(?<=[.!?]) ", answer)
        answer = " ".join(f"{before}{part}{after}" for part in parts)
        return (f"{before}{question}{after}" if self.rng.random() < 0.4 else question), answer

    def markdown(self, question: str, answer: str) -> tuple[str, str]:
        """Turn sentences into a list, words bold, the question into a heading."""
        bullet = self.rng.choice(self.wordings.bullets)
        answer = "\n".join(bullet + part for part in re.split(r"(?<=[.!?]) ", answer))
        return f"## {question}", self._each_word(answer, lambda word: f"**{word}**", 0.05)

    def entities(self, question: str, answer: str) -> tuple[str, str]:
        """Escape characters as HTML."""
        change = self.rng.choice(
            (html.escape, lambda text: html.escape(html.escape(text)), lambda text: text.replace(" ", "&nbsp;"))
        )
        return change(question), change(answer)

    def mojibake(self, question: str, answer: str) -> tuple[str, str]:
        """Typographic marks, decoded wrongly."""
        answer = answer.replace("'", "\u2019").replace(" - ", " \u2013 ").replace('"', "\u201c")
        return question, answer.encode().decode("cp1252", "replace")

    def reordered(self, question: str, answer: str) -> tuple[str, str]:
        """Move a sentence of the answer."""
        parts = re.split(r"(?<=[.!?])\s+", answer)
        if len(parts) < 3:
            return question, answer
        parts.insert(self.rng.randrange(len(parts) - 1), parts.pop(self.rng.randrange(1, len(parts))))
        return question, " ".join(parts)

    def word_edited(self, question: str, answer: str) -> tuple[str, str]:
        """Swap common words for others, drop or double small ones."""
        new = self._synonyms(self._synonyms(answer))
        new = self._each_word(new, lambda word: "" if word in ("the", "a", "an", "of", "that") else word, 0.2)
        return question, re.sub(r" +", " ", new)

    def edited_question(self, question: str, answer: str) -> tuple[str, str]:
        """Swap common words of both for others, drop a small word of the question."""
        question = self._synonyms(question)
        small = list(re.finditer(r"\b(the|a|an|of|that|is|are|do|does) ", question))
        if small:
            one = self.rng.choice(small)
            question = question[: one.start()] + question[one.end() :]
        return question, self.word_edited(question, answer)[1]

    def paraphrase(self, question: str, answer: str) -> tuple[str, str]:
        """Ask in another form."""
        for pattern, form in self.wordings.paraphrases:
            if found := re.fullmatch(pattern, question.strip(), re.I):
                return form.format(found[1]), answer
        return question, answer

    def number(self, question: str, answer: str) -> tuple[str, str]:
        """Change one number of the answer."""
        return question, self._other_number(answer)

    def negated(self, question: str, answer: str) -> tuple[str, str]:
        """Negate one verb of the answer."""
        pattern, new = self.rng.choice(self.wordings.negations)
        found = list(re.finditer(pattern, answer))
        if not found or len(answer.split()) < 4:
            return question, answer
        one = self.rng.choice(found[:6])
        return question, answer[: one.start()] + one.expand(new) + answer[one.end() :]

    def entity(self, question: str, answer: str) -> tuple[str, str]:
        """Put another row's name in place of a name."""
        pattern = r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})*"
        ours = re.findall(pattern, answer)
        theirs = re.findall(pattern, self.rng.choice(self.rows)["answer"])
        theirs = [name for name in theirs if name.lower() not in answer.lower()]
        if not ours or not theirs:
            return question, answer
        return question, answer.replace(self.rng.choice(ours), self.rng.choice(theirs))

    def swapped(self, question: str, answer: str) -> tuple[str, str]:
        """Give the answer of another row."""
        return question, self.rng.choice(self.rows)["answer"]

    def number_in_question(self, question: str, answer: str) -> tuple[str, str]:
        """Change one number of the question, and half of the time one of the answer."""
        question = self._other_number(question)
        return question, self._other_number(answer) if self.rng.random() < 0.5 else answer

    def entity_in_question(self, question: str, answer: str) -> tuple[str, str]:
        """Ask about another thing, with the same answer."""
        names = re.findall(r"(?<=[a-z)] )[A-Z][a-z]{4,}", question)
        theirs = re.findall(r"(?<=[a-z)] )[A-Z][a-z]{4,}", self.rng.choice(self.rows)["question"])
        if not names or not theirs or theirs[0] in question:
            return question, answer
        return question.replace(names[0], theirs[0]), answer

    def _wrap(self, text: str, templates: Sequence[str]) -> str:
        template = self.rng.choice(templates)
        lower = not template.startswith("{}") and re.match(r"[A-Z][a-z]+ ", text) and self.rng.random() < 0.5
        return template.format(text[0].lower() + text[1:] if lower else text)

    def _each(self, text: str, old: str, new: str, rate: float) -> str:
        return "".join(new if char == old and self.rng.random() < rate else char for char in text)

    def _each_word(self, text: str, change: Callable[[str], str], rate: float) -> str:
        return re.sub(r"\S+", lambda word: change(word[0]) if self.rng.random() < rate else word[0], text)

    def _synonyms(self, text: str) -> str:
        for one, other in self.rng.sample(self.wordings.synonyms, 8):
            text = re.sub(rf"\b{one}\b", other, text)
            text = text if other in text else re.sub(rf"\b{other}\b", one, text)
        return text

    def _other_number(self, text: str) -> str:
        found = list(re.finditer(r"\d+(?:[.,]\d+)*", text))
        if not found:
            return text
        one = self.rng.choice(found)
        digit = self.rng.choice([place for place, char in enumerate(one[0]) if char.isdigit()])
        other = self.rng.choice([char for char in "123456789" if char != one[0][digit]])
        return text[: one.start() + digit] + other + text[one.start() + digit + 1 :]

    def _slips(self, text: str, rate: float, least: int) -> str:
        places = list(re.finditer(r"[A-Za-z]{4,}", text))
        if not places:
            return text
        number = max(least, sum(self.rng.random() < rate for _ in places))
        for found in sorted(self.rng.sample(places, number), key=lambda one: -one.start()):
            text = text[: found.start()] + self._slip(found[0]) + text[found.end() :]
        return text

    def _slip(self, word: str) -> str:
        kind = self.rng.choice(self.wordings.slips)
        at = self.rng.randrange(1, len(word) - 1)
        if kind == "swap":
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == "drop":
            return word[:at] + word[at + 1 :]
        if kind == "double":
            return word[:at] + word[at] + word[at:]
        if kind == "insert":
            return word[:at] + self.rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at:]
        if kind == "vowel":
            vowels = [place for place, char in enumerate(word) if char in "aeiou"] or [at]
            at = self.rng.choice(vowels)
            return word[:at] + self.rng.choice([char for char in "aeiou" if char != word[at]]) + word[at + 1 :]
        row = next((row for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") if word[at].lower() in row), "as")
        near = row[min(len(row) - 1, row.find(word[at].lower()) + 1)]
        return word[:at] + near + word[at + 1 :]
