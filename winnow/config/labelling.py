"""Settings of human labelling."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from winnow.config.section import Section

ArgillaName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]


class LabellingConfig(Section):
    """Human labelling in Argilla."""

    url: str | None = Field(None, description="null is the embedded server; another's key comes from ARGILLA_API_KEY")
    workspace: ArgillaName = Field("winnow", description="of Argilla: who is a member sees its datasets")
    dataset: ArgillaName = Field("winnow", description="name of the Argilla dataset; another name begins a new one")
    guidelines: str = Field("", description="what people must know to judge this domain; shown beside each row")
    reasons: tuple[str, ...] = Field(
        ("wrong", "incomplete", "outdated", "unclear", "off topic", "unsafe"),
        min_length=2,
        description="labels a person can give as reasons",
    )
    audit: int = Field(100, ge=0, description="unflagged rows drawn at random: they show how many bad rows were missed")
    gold: str | None = Field(
        None, description="file of question, answer, verdict: known cases, mixed in unseen; from the workspace"
    )
    overlap: int = Field(1, ge=1, le=20, description="people who judge each row; 2 or more show agreement")
    annotators: tuple[ArgillaName, ...] = Field((), description="people who get an account on the embedded server")
    assignment: Literal["shared", "assigned"] = Field(
        "shared", description="shared: everyone takes the next row; assigned: each annotator has rows of their own"
    )
    adjudicators: tuple[ArgillaName, ...] = Field((), description="people who decide where annotators disagree")
    merge: Literal["majority", "unanimous"] = Field(
        "majority", description="what settles a row; others go to adjudicators"
    )
    gold_weighting: bool = Field(False, description="true weighs each vote by its person's accuracy on gold rows")
    suggestions: bool = Field(False, description="true preselects a verdict in the form, which sways people towards it")
    learned: int = Field(0, ge=0, description="rows from the ranking of winnow curate --learn in each push")
    random_share: float = Field(0.2, ge=0, le=1, description="of them drawn at random, so that the model can be wrong")
