"""The share of self-written dialogues in a run's data before anything is tokenised: what it needs, what is there.

data = TrainingTokens.of(train, preserved)
data.at(0.25).words      # "25 % of what is trained are self-written dialogues: about 4,100 tokens, of 5,300 …"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHARACTERS_A_TOKEN = 4.0  # of an answer, where no self-written dialogue says what the model's own are


@dataclass(frozen=True, slots=True)
class ShareOfTokens:
    """A wanted share: the tokens of self-written answers that it needs and that there are, and what comes of it."""

    share: float
    needed: int
    there: int
    own: int

    @property
    def suffices(self) -> bool:
        """Tell whether there are enough."""
        return self.there >= self.needed

    @property
    def reached(self) -> float:
        """The share that comes out with what is there."""
        used = min(self.needed, self.there)
        return used / max(1, used + self.own)

    @property
    def words(self) -> str:
        """Say it."""
        said = (
            f"{self.share:.0%} of what is trained are self-written dialogues: about {self.needed:,} tokens, of "
            f"{self.there:,} that are there, beside about {self.own:,} of your rows."
        )
        if self.suffices:
            return said
        return f"{said} They don't suffice: {self.reached:.0%} comes out. Let the model write more: winnow preserve"


@dataclass(frozen=True, slots=True)
class TrainingTokens:
    """Tokens of answers to train on: of the study's rows, estimated, and of self-written dialogues, counted."""

    own: int
    there: int

    @classmethod
    def of(cls, train: Sequence[Mapping[str, Any]], preserved: Sequence[Mapping[str, Any]]) -> TrainingTokens:
        """Count; a row's tokens are estimated by the characters a token of the self-written answers."""
        there = sum(int(row.get("tokens") or 0) for row in preserved)
        characters = sum(len(str(row["answer"])) for row in preserved)
        each = characters / there if there else CHARACTERS_A_TOKEN
        return cls(round(sum(len(str(row["answer"])) for row in train) / each), there)

    def at(self, share: float) -> ShareOfTokens:
        """Give what a share of all trained tokens needs."""
        return ShareOfTokens(share, round(share / (1 - share) * self.own), self.there, self.own)
