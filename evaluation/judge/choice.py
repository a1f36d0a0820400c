"""A local model's verdict: of the lines that a judge may end with, the one that it finds likeliest after the prompt.

    chooser = VerdictChoice(load_language_model("smollm2-135m-instruct"), ["FIRST", "SECOND", "TIE"])
    chooser.answer([to_messages(prompt)], settings)[0].text     # "2.31 nats ahead of TIE\nVERDICT: FIRST"

A small model seldom ends with a line in the form asked for, though its probabilities lean to one. Where the lead is
within `MIN_LEAD_NATS` no verdict is written, so that it is read as every other reply without one: unscored.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from winnow.data.records import Message
from winnow.models.chat import render
from winnow.models.interface import Generation, GenerationSettings, LanguageModel, Progress

MIN_LEAD_NATS = 0.1  # a verdict less than 1.1 times as likely as the next says nothing
WAY = f"likeliest-verdict,doubt:{MIN_LEAD_NATS}"


@dataclass(frozen=True)
class VerdictChoice:
    """Answers each conversation with the likeliest verdict; nothing is sampled, so `settings` changes nothing."""

    model: LanguageModel
    verdicts: Sequence[str]

    def answer(
        self,
        conversations: Sequence[Sequence[Message]],
        settings: GenerationSettings,
        progress: Progress | None = None,
    ) -> list[Generation]:
        """Give for each conversation, in their order, how far the likeliest verdict leads, and its line."""
        started = time.perf_counter()
        prompts = [render(self.model.tokenizer, messages) for messages in conversations]
        lines = [(prompt, f"VERDICT: {verdict}") for prompt in prompts for verdict in self.verdicts]
        likelihoods = [found.total for found in self.model.log_likelihood(lines)]
        size = len(self.verdicts)
        texts = [self._text(likelihoods[start : start + size]) for start in range(0, len(likelihoods), size)]
        share = (time.perf_counter() - started) / max(len(texts), 1)
        if progress:
            progress(len(texts))
        return [Generation(text, 0, True, share) for text in texts]

    def _text(self, likelihoods: Sequence[float]) -> str:
        (best, first), (second, next_) = sorted(zip(likelihoods, self.verdicts, strict=True), reverse=True)[:2]
        lead = f"{best - second:.2f} nats ahead of {next_}"
        return f"{lead}\nVERDICT: {first}" if best - second > MIN_LEAD_NATS else f"in doubt: {first} {lead}"
