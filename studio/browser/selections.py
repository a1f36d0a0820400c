"""Selections: whether curation pays on this data, as `winnow compare-selections` found, a sentence a claim."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from evaluation.figures import compared_selections, figure
from evaluation.selections.table import TITLES
from studio.browser import blind, parts
from winnow.data.files import read_json
from winnow.errors import PlanChanged
from winnow.study.workspace import Workspace

MARKS = {"supported": ":material/check:", "contradicted": ":material/close:", "can't tell": ":material/question_mark:"}
COMMAND = "winnow compare-selections"


@parts.explained
def page() -> None:
    """Show every comparison that was made, those on held-out rows once the systems may be named."""
    place = parts.workspace()
    if not place.compared_selections:
        parts.missing("No selections were compared yet.", COMMAND)
    for path in reversed(place.compared_selections):  # validation rows first: the page may end before the held-out ones
        table = read_json(path)
        if table["asked"] == "held-out":
            _require_reveal(place)
        st.markdown(f"#### On {table['rows']} {table['asked']} rows")
        st.markdown(parts.inert(compared_selections(table)))
        for budget, part in table["tables"].items():
            _budget(TITLES[budget], part, table, path.with_name(f"{budget}.svg"))


def _require_reveal(place: Workspace) -> None:
    try:
        frozen = parts.frozen_plan(place)
    except PlanChanged as error:
        st.error(f"Not shown: {error}", icon=":material/block:")
        st.stop()
    if frozen is not None:
        blind.require_reveal(place, frozen)


def _budget(title: str, part: Mapping[str, Any], table: Mapping[str, Any], plot: Path) -> None:
    """Show one table: its claims, the plot of change against raw by rows, every selection."""
    st.markdown(f"##### {title}")
    for claim in part["claims"]:
        st.markdown(f"{MARKS[claim['verdict']]} {parts.inert(claim['sentence'])}")
    if plot.exists():
        st.image(plot.read_text(encoding="utf-8"))
    st.table([_row(arm, table["measure"]) for arm in part["arms"]])


def _row(arm: Mapping[str, Any], measure: str) -> dict[str, str]:
    mean = arm["means"][measure]
    return {
        "selection": parts.inert(arm["arm"]),
        "rows": f"{arm['rows']:,}",
        "updates": f"{arm['steps']:,}",
        "seeds": str(arm["seeds"]),
        measure: "can't tell" if mean is None else f"{mean:.3f}",
        "against raw": parts.inert(figure(arm["against_raw"], "+")) if "against_raw" in arm else "",
    }


page()
