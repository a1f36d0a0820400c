"""Charts of the studio as Vega-Lite: told apart by shape, dash and words, never by colour alone.

forest_chart(forests(report["comparison"])[0], "#0A0E13")   # one named axis with ticks and a line at no difference
cross_filter(rows, "words shared with the reference")   # base, tuned and gained: each narrows the others
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from evaluation.comparison.explorer import SIDES, VERDICTS, ScoredPair
from evaluation.comparison.power import Power
from evaluation.report.forest import Forest
from studio.runs_table import Point

ROW_PIXELS = 46
AXIS_PIXELS = 56  # below the rows: ticks and title
LABELS = alt.Axis(labelLimit=320, labelOverlap=False, domain=False, ticks=False, title=None)
CHART_PIXELS = 290  # width of the charts beside the table of pairs
BINS = 24
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#8A8F98"
SELECTIONS = (*SIDES, "verdict", "slice")


def forest_chart(forest: Forest, ink: str) -> alt.LayerChart:
    """Draw intervals below each other; a filled square on a thick line is a difference, an open circle can't tell.

    `ink` is the colour of the theme's text.
    """
    rows = [
        {"row": row.title, "low": row.low, "at": row.estimate, "high": row.high, "said": row.said,
         "shown": "a difference" if row.is_difference else "can't tell", "figures": row.figure}
        for row in forest.rows
    ]  # fmt: skip
    kinds = ["a difference", "can't tell"]
    title = f"← {forest.ends[0]}   ·   {forest.axis}   ·   {forest.ends[1]} →"
    data = alt.Chart(alt.Data(values=rows))
    y = alt.Y("row:N", sort=None, axis=LABELS)
    axis = alt.Axis(values=list(forest.ticks), title=title, grid=True)
    x = alt.X("low:Q", scale=alt.Scale(domain=list(forest.domain), nice=False), axis=axis)
    dash = alt.StrokeDash("shown:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 3]]), legend=None)
    width = alt.StrokeWidth("shown:N", scale=alt.Scale(domain=kinds, range=[3.5, 1.5]), legend=None)
    shape = alt.Shape("shown:N", scale=alt.Scale(domain=kinds, range=["square", "circle"]), legend=None)
    filled = alt.condition("datum.shown == 'a difference'", alt.value(BLUE), alt.value("transparent"))
    tooltip = [alt.Tooltip("row:N", title="figure"), "said:N", "figures:N"]
    zero = alt.Chart(alt.Data(values=[{"zero": forest.middle}])).mark_rule(strokeWidth=2, color=GREY)
    return alt.layer(
        zero.encode(x="zero:Q"),
        data.mark_rule(color=BLUE).encode(x=x, x2="high:Q", y=y, strokeDash=dash, strokeWidth=width, tooltip=tooltip),
        data.mark_point(size=110, stroke=BLUE, opacity=1).encode(
            x="at:Q", y=y, shape=shape, fill=filled, tooltip=tooltip
        ),
        data.mark_text(dy=-14, fontSize=13, color=ink).encode(x="at:Q", y=y, text="said:N"),
    ).properties(height=ROW_PIXELS * len(rows) + AXIS_PIXELS)


def forest_words(forest: Forest) -> str:
    """Say what a forest shows, for those who don't see it."""
    rows = "; ".join(f"{row.title}: {row.figure}, {row.said}" for row in forest.rows)
    return f"{forest.axis}. {rows}"


def count_chart(rows: Sequence[Mapping[str, Any]], name: str, count: str, ink: str) -> alt.LayerChart:
    """Draw counts as bars with their figure at the end, in the order of the rows."""
    bars = alt.Chart(alt.Data(values=list(rows))).encode(
        x=alt.X(f"{count}:Q", title=count, axis=alt.Axis(format="d", tickMinStep=1)),
        y=alt.Y(f"{name}:N", sort=None, axis=LABELS),
    )
    figures = bars.mark_text(align="left", dx=4, fontSize=13, color=ink).encode(text=f"{count}:Q")
    return alt.layer(bars.mark_bar(color=BLUE), figures).properties(height=26 * len(rows) + AXIS_PIXELS)


def curve_spec(points: Sequence[Point]) -> dict[str, Any]:
    """Draw a run's curve: each step a faint point, what they come to a soft line, validation dashed diamonds."""
    kinds = ["training", "smoothed", "validation"]
    data = alt.Chart(alt.Data(values=[point._asdict() for point in points]))
    x = alt.X("step:Q", title="step", axis=alt.Axis(format="d", tickCount=5))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[GREY, BLUE, ORANGE]), legend=None)
    line = "smoothed" if any(point.kind == "smoothed" for point in points) else "training"
    raw = data.transform_filter("datum.kind == 'training'").mark_point(size=14, filled=True, opacity=0.45)
    smooth = data.transform_filter(f"datum.kind == '{line}'").mark_line(strokeWidth=2.5, color=BLUE)
    checked = data.transform_filter("datum.kind == 'validation'").mark_line(
        strokeDash=[6, 3], strokeWidth=2, point=alt.OverlayMarkDef(shape="diamond", size=60)
    )
    layers = [raw.encode(x=x, y=y, color=colour), smooth.encode(x=x, y=y)]
    if any(point.kind == "validation" for point in points):
        layers.append(checked.encode(x=x, y=y, color=colour))
    spec: dict[str, Any] = alt.layer(*layers).properties(height=170).to_dict()
    return {name: value for name, value in spec.items() if name != "config"}  # Altair's own look and size


def power_chart(rows: Sequence[Power], own: int, ink: str) -> alt.LayerChart:
    """Draw the share of studies that would find each true win rate by the pairs judged; `own` is the study's."""
    values = [
        {"pairs": row.pairs, "found": share, "rate": f"{float(rate):.0%}"}
        for row in rows
        for rate, share in row.power.items()
    ]
    rates = list(dict.fromkeys(row["rate"] for row in values))
    data = alt.Chart(alt.Data(values=values))
    x = alt.X("pairs:Q", title="pairs that people judge", axis=alt.Axis(format="d"))
    y = alt.Y(
        "found:Q", title="share of studies that find it", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
    )
    dash = alt.StrokeDash("rate:N", sort=rates, legend=None)
    shape = alt.Shape("rate:N", sort=rates, legend=alt.Legend(title="tuned is truly better in", orient="top"))
    here = alt.Chart(alt.Data(values=[{"pairs": own, "said": f"this study: {own}"}]))
    return alt.layer(
        data.mark_line(color=BLUE, strokeWidth=2).encode(x=x, y=y, strokeDash=dash),
        data.mark_point(color=BLUE, size=45).encode(x=x, y=y, shape=shape),
        here.mark_rule(color=ORANGE, strokeWidth=2).encode(x="pairs:Q"),
        here.mark_text(color=ink, align="left", dx=6, y=8, fontSize=13).encode(x="pairs:Q", text="said:N"),
    ).properties(height=300)


def cross_filter(rows: Sequence[ScoredPair], metric: str) -> alt.VConcatChart:
    """Draw histograms of base, tuned and what was gained, and bars of verdicts and slices; each narrows all others.

    A range drawn on a histogram and a bar pressed are the selections SELECTIONS, which the page is told.
    """
    values = [
        {**{side: getattr(row, side) for side in SIDES}, "verdict": row.pair.outcome, "slice": row.slice}
        for row in rows
    ]
    brushes = {side: alt.selection_interval(name=side, encodings=["x"]) for side in SIDES}
    points = {name: alt.selection_point(name=name, fields=[name], toggle="true") for name in ("verdict", "slice")}
    shared = _domain([value for row in rows for value in (row.base, row.tuned) if value is not None])
    domains = {"base": shared, "tuned": shared, "gain": _domain([row.gain for row in rows if row.gain is not None])}
    histograms = [
        _histogram(side, f"{SIDES[side]}: {metric}", domains[side], brushes[side], _others(side, brushes, points))
        for side in SIDES
    ]
    verdicts = [name for name in VERDICTS if any(row.pair.outcome == name for row in rows)]
    bars = [
        _bars("verdict", verdicts, points["verdict"], _others("verdict", brushes, points)),
        _bars("slice", sorted({row.slice for row in rows}), points["slice"], _others("slice", brushes, points)),
    ]
    return alt.vconcat(*histograms, *bars, data=alt.Data(values=values), spacing=14)


def _others(own: str, *groups: Mapping[str, Any]) -> list[Any]:
    return [selection for group in groups for name, selection in group.items() if name != own]


def _domain(values: Sequence[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return [low, high if high > low else low + 1]


def _histogram(field: str, title: str, domain: list[float], brush: Any, others: Sequence[Any]) -> alt.LayerChart:
    bins = alt.Bin(extent=domain, maxbins=BINS)
    x = alt.X(f"{field}:Q", bin=bins, title=title, scale=alt.Scale(domain=domain), axis=alt.Axis(tickCount=6))
    y = alt.Y("count():Q", title="pairs", axis=alt.Axis(tickCount=3, format="d"))
    everything = alt.Chart().mark_bar(color=GREY, opacity=0.35).encode(x=x, y=y).add_params(brush)
    left = alt.Chart().mark_bar(color=BLUE).encode(x=x, y=y)
    for other in others:
        left = left.transform_filter(other)
    return alt.layer(everything, left).properties(width=CHART_PIXELS, height=74)


def _bars(field: str, names: Sequence[str], point: Any, others: Sequence[Any]) -> alt.LayerChart:
    label = f"({VERDICTS!r})[datum.value] || datum.value" if field == "verdict" else "datum.value"
    y = alt.Y(
        f"{field}:N",
        sort=list(names),
        title=None,
        axis=alt.Axis(labelExpr=label, labelLimit=150, ticks=False, labelOverlap=False),
    )
    x = alt.X("count():Q", title=f"pairs by {field}; press a bar to narrow", axis=alt.Axis(tickCount=4, format="d"))
    everything = alt.Chart().mark_bar(color=GREY, opacity=0.35, cursor="pointer").encode(x=x, y=y).add_params(point)
    left = alt.Chart().mark_bar(color=BLUE).encode(x=x, y=y, opacity=alt.condition(point, alt.value(1), alt.value(0.3)))
    for other in others:
        left = left.transform_filter(other)
    width = CHART_PIXELS - 90
    return alt.layer(everything, left).properties(width=width, height=24 * max(1, len(names)))
