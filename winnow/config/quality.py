"""Settings of the quality signals: for each, the value at which a row is flagged and at which it is removed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from winnow.config.section import Section

RUBRIC = (
    "A good answer is correct, complete, clear, and on the question. Take off for anything false or made up, anything"
    " missing that was asked for, anything hard to follow, and anything that answers another question. A longer answer"
    " isn't better for being longer."
)


class Rule(Section):
    """What a signal's value leads to; null in both leaves the signal measured and ignored."""

    flag: float | None = Field(None, description="people look at the row from this value on; null never")
    remove: float | None = Field(None, description="the row leaves from this value on; null never")


class PersonalDataRule(Section):
    """What finding personal data leads to."""

    action: Literal["flag", "mask", "remove", "ignore"] = Field(
        "flag", description="mask puts [EMAIL], [PHONE] … in its place, as a repair"
    )
    recogniser: Literal["patterns", "presidio"] = Field(
        "patterns", description="presidio adds its own kinds to our patterns; slower, extra pii"
    )


class RaterConfig(Section):
    """A language model's rating of each row; it flags nothing, and people's verdicts say what it is worth."""

    model: str | None = Field(
        None,
        description="a folder, a hub name or a packaged model, or URL or URL#MODEL of an OpenAI-compatible server,"
        " which reads every row (its key: WINNOW_API_KEY); null asks nobody",
    )
    rubric: str = Field(
        RUBRIC, description="what makes a good row, in your words; another rubric asks for every row again"
    )
    highest: int = Field(5, ge=2, le=9, description="ratings go from 1, the worst, to this")
    reply_tokens: int = Field(8, ge=1, description="of a server's reply; a model that thinks first needs hundreds")
    requests: int = Field(16, ge=1, description="to a server at once")
    input_price: float | None = Field(None, ge=0, description="of a million tokens read; null says no cost in money")
    output_price: float | None = Field(None, ge=0, description="of a million tokens written")
    currency: str = Field("USD", description="of both prices")


class QualityConfig(Section):
    """Signals: each a value a row and a rule; an empty text is removed, what depends on what was asked is flagged."""

    empty: Rule = Field(Rule(remove=1), description="1 where the question or answer has nothing that can be seen")
    placeholder: Rule = Field(Rule(flag=0.5), description="1: the whole answer; .5: a slot left within it")
    gibberish: Rule = Field(Rule(flag=0.6), description="share of the answer that is no language")
    repetition: Rule = Field(Rule(flag=0.4), description="share of the answer's words that repeat earlier ones")
    too_short: Rule = Field(Rule(flag=3), description="at most so many words where more than a fact was asked")
    too_long: Rule = Field(Rule(flag=4500), description="at least so many words; few models read so far")
    echo: Rule = Field(Rule(flag=0.8), description="how far the answer only repeats the question")
    cut_off: Rule = Field(Rule(flag=0.7), description="how sure it is that the answer stops in mid-sentence")
    wrong_language: Rule = Field(Rule(flag=0.95), description="probability of a language foreign to question and file")
    refusal: Rule = Field(Rule(flag=0.5), description="1: the answer only refuses; .5: an answer follows")
    prompt_residue: Rule = Field(Rule(flag=1), description="number of role marks, special tokens, prompt phrases")
    boilerplate: Rule = Field(Rule(flag=0.5), description="share of a short answer that fits below any question")
    markup: Rule = Field(Rule(flag=1), description="number of tags, entities and other marks of a page")
    addresses: Rule = Field(Rule(flag=0.5), description="share of the answer that is web addresses")
    mojibake: Rule = Field(Rule(flag=1), description="number of wrongly decoded or lost characters")
    dangling_reference: Rule = Field(Rule(flag=1), description="1 where the question points to what it doesn't name")
    out_of_date: Rule = Field(Rule(flag=1), description="number of wordings that were true on some day only")
    near_constant: Rule = Field(Rule(flag=2), description="differently framed questions that have this very answer")
    off_question: Rule = Field(
        Rule(flag=0.5), description="probability that the answer belongs to another question of such a file"
    )
    unsupported: Rule = Field(
        Rule(flag=0.6),
        description="share of the answer that its context lacks, in files of answers taken from contexts",
    )
    outlier: Rule = Field(Rule(flag=3), description="distance to its neighbours, in robust deviations of the file")
    ifd: Rule = Field(
        Rule(flag=1), description="loss with over loss without the question; 1: the question doesn't help"
    )
    trivial: Rule = Field(Rule(flag=0.2), description="the same ratio, low: the question gives the answer away")
    reader: Rule = Field(
        Rule(flag=0.5), description="probability of a fault as a trained model reads the row; null doesn't read"
    )
    budget: float = Field(
        0.05,
        ge=0,
        le=1,
        description="share of the rows up to which the reader flags below its limit too, the likeliest first",
    )
    lexicons: list[str] = Field(
        [], description="files that teach the signals further languages, one each, as docs/languages.md tells"
    )
    rater: RaterConfig = RaterConfig()
    personal_data: PersonalDataRule = PersonalDataRule()
    cross_encoder: str | None = Field(
        None, description="a folder or hub name: reads doubted answers with their questions, and clears those that fit"
    )
    difficulty: bool = Field(False, description="true measures ifd and trivial with models.base: hours on a CPU")

    @model_validator(mode="before")
    @classmethod
    def _complete_rules(cls, values: Any) -> Any:
        """Let `quality.echo.flag=.9` change one limit and keep the other's default."""
        if not isinstance(values, dict):
            return values
        defaults = {
            name: info.default for name, info in cls.model_fields.items() if isinstance(info.default, BaseModel)
        }
        return {
            name: {**defaults[name].model_dump(), **value} if isinstance(value, dict) and name in defaults else value
            for name, value in values.items()
        }


def rule_of(settings: QualityConfig, signal: str) -> Rule:
    """Return the rule of a signal by name."""
    rule: BaseModel = getattr(settings, signal)
    if not isinstance(rule, Rule):
        raise TypeError(f"{signal} has no limits")
    return rule
