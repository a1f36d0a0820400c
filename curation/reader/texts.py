"""Question and answer as the reader sees them: one sequence of word pieces, a long answer by its two ends.

sequences = Pieces(Path("all-minilm-l6-v2")).sequences(["What is an ISA?"], ["A tax-free account."])
sequences[0].ids        # [101, 2054, …, 102, 1037, …, 102]
sequences[0].question   # 7: pieces up to and with the first separator
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

QUESTION, BEGINNING, END = 64, 96, 64  # pieces of a question, and of an answer's two ends
CHARACTERS_A_PIECE = 8  # twice what a piece of a word takes: what lies beyond isn't tokenised
# of a sequence's begin and of the end of each part, and what sentences end with, by the names that vocabularies have
BEGINS, ENDS, STOPS, ASKING = ("[CLS]", "<s>"), ("[SEP]", "</s>"), '.!?)":', "?"
WORD_BEGINS = ("", "▁", "Ġ")  # what some vocabularies put before a piece that begins a word


class Read(NamedTuple):
    """Word pieces of a row, and how many of them are the question's."""

    ids: list[int]
    question: int


class Marks(NamedTuple):
    """The pieces of a vocabulary that the reader knows by name: a sequence's begin, a part's end, and stops."""

    begin: int
    end: int
    stops: frozenset[int]
    question_marks: frozenset[int]


class Pieces:
    """The encoder's tokenizer, and the cut of a row to what the reader reads."""

    def __init__(self, model: Path | str) -> None:
        from tokenizers import Tokenizer

        source = Path(model) / "tokenizer.json"
        self._tokenizer = Tokenizer.from_file(str(source)) if source.exists() else Tokenizer.from_pretrained(str(model))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        begin, end = (self._named(names)[0] for names in (BEGINS, ENDS))
        stops, asking = (
            frozenset(self._named([w + c for c in marks for w in WORD_BEGINS])) for marks in (STOPS, ASKING)
        )
        self.marks = Marks(begin, end, stops, asking)

    def _named(self, names: Sequence[str]) -> list[int]:
        """Return the pieces of these names that the vocabulary has."""
        return [piece for name in names if (piece := self._tokenizer.token_to_id(name)) is not None]

    def sequences(self, questions: Sequence[str], answers: Sequence[str]) -> list[Read]:
        """Return one sequence a row."""
        asked = self._ids([_beginning(text, QUESTION) for text in questions])
        told = self._ids([_both_ends(text) for text in answers])
        return [self._sequence(question, answer) for question, answer in zip(asked, told, strict=True)]

    def of(self, text: str) -> list[int]:
        """Return the pieces of one text."""
        return self._ids([_both_ends(text)])[0]

    def _sequence(self, question: list[int], answer: list[int]) -> Read:
        begin = [self.marks.begin, *question[:QUESTION], self.marks.end]
        if len(answer) > BEGINNING + END:
            answer = [*answer[:BEGINNING], self.marks.end, *answer[-END:]]
        return Read([*begin, *answer, self.marks.end], len(begin))

    def joined(self, parts: Sequence[list[int]]) -> tuple[Read, list[int]]:
        """Return the sequence of a question and an answer's sentences, and each piece's part; -1 for marks."""
        begin, end, *_ = self.marks
        asked = parts[0][:QUESTION]
        told = [(piece, at) for at, part in enumerate(parts[1:], start=1) for piece in part]
        if len(told) > BEGINNING + END:
            told = [*told[:BEGINNING], (end, -1), *told[-END:]]
        ids = [begin, *asked, end, *(piece for piece, _ in told), end]
        return Read(ids, len(asked) + 2), [-1, *(0 for _ in asked), -1, *(at for _, at in told), -1]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokenise one by one: a batch would start threads of its own, which a forked worker waits for in vain."""
        return [self._tokenizer.encode(_readable(text), add_special_tokens=False).ids for text in texts]


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _beginning(text: str, pieces: int) -> str:
    return text[: pieces * CHARACTERS_A_PIECE]


def _both_ends(text: str) -> str:
    longest = (BEGINNING + END) * CHARACTERS_A_PIECE
    return text if len(text) <= longest else f"{text[: longest // 2]} {text[-longest // 2 :]}"
