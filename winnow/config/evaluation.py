"""Settings of the plan, the prompt, the answers, the metrics, the review and the retention gate."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from winnow.config.section import Section


class SelectionsPlan(Section):
    """Which selections of rows are compared, and what decides between them."""

    arms: tuple[str, ...] = Field(
        ("raw", "cleaned", "curated:800", "random:800"),
        description="raw, cleaned, gold, and curated, random, longest or ifd with a number of rows, as in random:800",
    )
    measure: Literal["loss", "truth", "token_f1", "rouge_l"] = Field(
        "loss", description="what decides: nats a token of the reference, truth, or a metric of the answers"
    )
    margin: float = Field(0.02, gt=0, description="smallest difference in it that matters")
    seeds: int = Field(3, ge=2, description="runs an arm; with few the interval is wide where runs differ")


class PlanConfig(Section):
    """What success means, fixed before training."""

    primary: str = Field("win_rate", description="the one outcome that decides: win_rate (people) or a metric's name")
    alpha: float = Field(0.05, gt=0, lt=1, description="two-sided level of the test on the primary outcome")
    margin: float = Field(
        0.05, gt=0, lt=1, description="largest loss of general ability that is still called retention"
    )
    raters: int = Field(1, ge=1, description="people who review each pair")
    repeats: float = Field(
        0.1, ge=0, le=0.5, description="share of pairs shown again with sides swapped: self-consistency"
    )
    stopping: Literal["fixed", "anytime"] = Field(
        "fixed",
        description="fixed: all pairs are read; anytime: reviewers may stop once the votes decide, or can't any more",
    )

    voted: int | None = Field(
        None,
        ge=1,
        description="pairs that people vote on, drawn by the plan's hash; a judge may speak of the rest; null is all",
    )
    selections: SelectionsPlan | None = Field(
        None, description="what winnow compare-selections compares and by what; null plans no such comparison"
    )

    @model_validator(mode="after")
    def _stops_votes(self) -> PlanConfig:
        """Refuse a review that stops early where no votes decide."""
        if self.stopping == "anytime" and self.primary != "win_rate":
            raise ValueError(
                f"stopping anytime is for votes: set primary to win_rate, or stopping to fixed, not {self.primary}"
            )
        return self


class PromptConfig(Section):
    """How a row is asked, the same wherever a model is: training, answers, judge, review."""

    template: str = Field(
        "{context}\n\n{question}",
        description="the last user turn; a paragraph with {context} alone goes where a row has none, and without"
        " {context} every row is asked closed-book",
    )

    @field_validator("template", mode="before")
    @classmethod
    def _unquoted(cls, template: object) -> object:
        """Read {question} without quotes, which YAML takes for a mapping, as the text that was meant."""
        if isinstance(template, dict) and [*template.values()] == [None]:
            return f"{{{next(iter(template))}}}"
        return template

    @field_validator("template")
    @classmethod
    def _asks(cls, template: str) -> str:
        """Refuse a template without the question."""
        if "{question}" not in template:
            raise ValueError("must hold {question}, and may hold {context}")
        return template


class AnswersConfig(Section):
    """How held-out questions are answered, the same for base and tuned."""

    system: str | None = Field(None, description="system prompt of rows without their own; null is the template's")
    max_new_tokens: int = Field(160, ge=1, description="longest answer")
    temperature: float = Field(0.0, ge=0, description="0 is greedy: the same answer each time")
    top_p: float = Field(1.0, gt=0, le=1, description="nucleus when sampling")
    batch_size: int | None = Field(
        None, ge=1, description="questions at once; more is faster and takes more memory; null is the model's usual"
    )


class RetrievalConfig(Section):
    """Retrieval beside tuning: passages from the user's own documents."""

    documents: tuple[str, ...] = Field((), description="files or folders of md, txt, html, pdf; relative to this file")
    passages: int = Field(
        3, ge=1, description="given to the model with each question; more finds more and distracts more"
    )
    characters: int = Field(
        800, ge=100, description="longest passage; longer ones hold more context and match less sharply"
    )
    overlap: int = Field(
        100, ge=0, description="characters that neighbouring passages share, so that no sentence is lost"
    )


class MetricsConfig(Section):
    """Automatic metrics; which one may be trusted is checked against people."""

    names: tuple[str, ...] = Field(("rouge_l", "token_f1", "bert_score"), description="in the report's order")


class ReviewConfig(Section):
    """Blind side-by-side review."""

    dwell_seconds: float = Field(
        0.8, ge=0, description="a vote sooner than this after a pair appears is a key's repeat"
    )


class RetentionConfig(Section):
    """General ability before and after."""

    prompts: Literal["demo"] | str = Field("demo", description="a JSONL of general prompts; demo is the shipped set")
    multiple_choice: str | None = Field(None, description="a JSONL of question, choices, answer, as MMLU has them")
    final_number: str | None = Field(None, description="a JSONL of questions that end in a number, as GSM8K has them")
    lm_eval: tuple[str, ...] = Field((), description="tasks of lm-eval (an extra): its names, or YAML files of yours")
    max_items: int | None = Field(None, ge=1, description="of each set, drawn by the seed; fewer is faster, wider")
    max_new_tokens: int = Field(128, ge=1, description="longest answer; greedy, so that only the tuning differs")


class CostsConfig(Section):
    """Prices, so that the report can say what answers cost; put your own."""

    currency: str = Field("USD", description="of the prices below")
    hour: float = Field(0.15, ge=0, description="an hour of the own machine: electricity and wear, or its rent")
    api_input: float = Field(0.5, ge=0, description="an API's price for a million tokens read")
    api_output: float = Field(2.0, ge=0, description="an API's price for a million tokens written")


class ReleaseConfig(Section):
    """How nearly an export must answer as the adapter does before it is released; frozen with the plan."""

    prompts: int = Field(32, ge=1, description="held-out prompts, the first ones, that each export answers as well")
    equal_answers: float = Field(
        0.5, ge=0, le=1, description="smallest share of answers equal to the adapter's, token for token"
    )
    equal_tokens: int = Field(
        1, ge=0, description="tokens at the start of every answer that must be the adapter's, however it goes on"
    )
