"""Settings of curation: from the raw file to the split."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from winnow.config.section import Section

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]  # ISO 639


class IngestConfig(Section):
    """Reading: which columns are the question and the answer."""

    sources: tuple[str, ...] = Field(
        (), description="files to read, relative to this one; or name them after winnow curate"
    )
    question_column: str | None = Field(None, description="null finds question, prompt, instruction, input … by name")
    answer_column: str | None = Field(None, description="null finds answer, response, output, completion … by name")
    sheet: str | None = Field(None, description="of an Excel workbook; null reads the one sheet that has both columns")
    encoding: str = Field("utf-8", description="of text files; another one only when the file says so")


class CurationConfig(Section):
    """How the steps run."""

    engine: Literal["local", "ray"] = Field(
        "local",
        description="ray spreads the work over the cluster that RAY_ADDRESS names; the same rows come out",
    )
    audit_sample: int = Field(
        100, ge=0, description="removed rows drawn for people to judge, from which precision is estimated"
    )


class CleanConfig(Section):
    """Repairs that are certain; the original stays in the lineage."""

    mojibake: bool = Field(True, description="decode text that was decoded wrongly (ftfy)")
    markup: bool = Field(True, description="strip HTML tags and entities that are residue, not content")
    prompt_marks: bool = Field(True, description="strip special tokens and a role mark before the text")
    thinking: Literal["remove", "keep"] = Field(
        "remove", description="a model's thinking before the answer (<think>…</think>), always as a whole"
    )
    manners: Literal["repair", "keep"] = Field(
        "repair", description="tokens and templates around most texts of a file; either way they are reported once"
    )
    control_characters: bool = Field(True, description="drop NUL, BOM and other invisible characters")
    review: bool = Field(True, description="flag rows whose mojibake, markup or prompt marks were repaired")


class DuplicatesConfig(Section):
    """Same question and same answer: the best row stays. Thresholds move both ways later: winnow rethreshold."""

    lexical: float = Field(
        0.9, ge=0, le=1, description="lowest share of the words of two copies that agree; lower removes more"
    )
    semantic: float = Field(
        0.8, ge=0, le=1, description="lowest cosine of two questions in other words with one answer; lower removes more"
    )
    floor: float = Field(
        0.5, ge=0, le=1, description="pairs are stored down to this score, so thresholds can fall to it"
    )
    keep: Literal["most_complete", "cleanest", "best_source", "newest", "first"] = Field(
        "most_complete", description="which row of a group survives"
    )
    sources: tuple[str, ...] = Field((), description="files from best to worst, for keep: best_source")
    date_column: str = Field("date", description="column of ISO dates, for keep: newest")


class ContradictionsConfig(Section):
    """Same question, answers that can't both hold: always flagged, never removed."""

    enabled: bool = Field(True, description="false leaves contradictions unflagged")


class ContaminationConfig(Section):
    """Rows near a held-out or evaluation file leave the training data."""

    enabled: bool = Field(True, description="false lets held-out rows into training; the plan then refuses")
    question_with_answer: float = Field(
        0.5, ge=0, le=1, description="lowest share of agreeing words of a question that has an item's answer"
    )
    question_alone: float = Field(
        0.85, ge=0, le=1, description="lowest share of agreeing words of a long question with another answer"
    )


class SelectionConfig(Section):
    """Choosing N rows: quality first, then diversity."""

    rows: int | None = Field(None, ge=1, description="null keeps every row")
    method: Literal["diverse", "distance", "random"] = Field(
        "diverse", description="diverse covers the topic, distance takes what is farthest, random is the control"
    )
    topics: int = Field(20, ge=1, description="clusters over which the chosen rows are balanced")
    quality_weight: float = Field(0.3, ge=0, le=1, description="0 chooses by diversity alone, 1 by quality alone")


class PublishConfig(Section):
    """What the dataset card says that no step can find out."""

    licence: str = Field(
        "unknown", min_length=1, description="of the rows, as the hub names it: cc-by-4.0, mit …; another name is kept"
    )
    version: str = Field("", description="of the dataset, such as 1.2.0; empty names none")
    language: tuple[LanguageCode, ...] = Field(
        (), description="codes such as en, cy; empty names those identified in the rows"
    )


class SplitConfig(Section):
    """Splitting by duplicate group: no group stands on both sides."""

    held_out: int = Field(
        50, ge=1, description="rows kept apart for the final comparison; 20 to 50 is usual, more shows more"
    )
    validation: int = Field(20, ge=0, description="rows for the validation loss during training")
    flagged: Literal["leave_out", "train"] = Field(
        "leave_out", description="flagged rows wait for a person; train takes them in as they are"
    )
