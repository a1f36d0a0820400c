"""Quality signals over a records table: measure each once, decide by rules that can change afterwards.

corpus = learn(table)
values = measure(table, corpus)                      # one row a record, one column pair a signal
decisions = decide(values, table, settings)          # again and again, as the limits move
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from curation.engine import spread
from curation.personal_data import mask, patterns, recogniser
from curation.signals import form, residue, stock, vectors
from curation.signals.corpus import Corpus
from curation.signals.dates import out_of_date
from curation.signals.gibberish import gibberish
from curation.signals.ifd import ifd
from curation.signals.language import wrong_language
from curation.signals.markup import markup
from curation.signals.placeholders import placeholder
from curation.signals.prompts import prompt_residue
from curation.signals.reference import dangling_reference
from curation.signals.refusal import refusal
from curation.signals.rows import Finding, Row
from curation.signals.tools import Tools
from winnow.config.quality import QualityConfig, Rule, rule_of
from winnow.ledger import Action, Decision

STEP = "quality"
BATCH = 2048

Measure = Callable[[Sequence[Row], Corpus, Tools], list[Finding]]


def each(signal: Callable[[Row, Corpus], Finding]) -> Measure:
    """Let a signal of one row measure a batch."""
    return lambda rows, corpus, tools: [signal(row, corpus) for row in rows]


@dataclass(frozen=True, slots=True)
class Signal:
    """A named measurement, the words of its reason, whether small values are the bad ones, whether a model measures."""

    measure: Measure
    reason: str
    low_is_bad: bool = False
    by_model: bool = False


def personal_data(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Number of pieces of personal data in question and answer, with their kinds; the data stay where they are."""
    found = [[span.kind for text in (row.question, row.answer) for span in tools.recognise(text)] for row in rows]
    return [Finding(float(len(kinds)), ", ".join(sorted(set(kinds)))) for kinds in found]


SIGNALS: dict[str, Signal] = {
    "empty": Signal(each(form.empty), "the {matched} is empty"),
    "placeholder": Signal(each(placeholder), "a placeholder stands where text should"),
    "gibberish": Signal(each(gibberish), "the answer is no language"),
    "repetition": Signal(each(form.repetition), "the answer repeats itself"),
    "too_short": Signal(each(form.too_short), "the answer is too short for what is asked", low_is_bad=True),
    "too_long": Signal(each(form.too_long), "the answer is very long"),
    "echo": Signal(each(form.echo), "the answer only repeats the question"),
    "cut_off": Signal(each(form.cut_off), "the answer stops in mid-sentence or mid-word"),
    "wrong_language": Signal(each(wrong_language), "the answer is in another language"),
    "refusal": Signal(each(refusal), "the answer refuses"),
    "prompt_residue": Signal(each(prompt_residue), "marks of a prompt or a model are left in the text"),
    "boilerplate": Signal(each(stock.boilerplate), "the answer would fit below any question"),
    "markup": Signal(each(markup), "markup of a page is left in the text"),
    "addresses": Signal(each(residue.addresses), "most of the answer is web addresses"),
    "mojibake": Signal(each(residue.mojibake), "characters were decoded wrongly or lost"),
    "dangling_reference": Signal(each(dangling_reference), "the question points to what it doesn't name"),
    "out_of_date": Signal(each(out_of_date), "the answer was true on some day only"),
    "near_constant": Signal(each(stock.near_constant), "many different questions have this very answer"),
    "off_question": Signal(vectors.off_question, "the answer is about something else than the question", by_model=True),
    "outlier": Signal(vectors.outlier, "the row is far from every other row", by_model=True),
    "ifd": Signal(ifd, "the question doesn't help to predict the answer", by_model=True),
    "trivial": Signal(ifd, "the question gives the answer away", low_is_bad=True, by_model=True),
    "personal_data": Signal(personal_data, "personal data"),
}

VALUES = pa.schema(
    [("id", pa.string())]
    + [column for name in SIGNALS for column in ((name, pa.float32()), (f"{name}.matched", pa.string()))]
)


def measure(table: pa.Table, corpus: Corpus, tools: Tools | None = None) -> pa.Table:
    """Measure every signal of every row; NaN where a signal doesn't apply or its tool is missing.

    Rows are looked at in batches: signals of the text by all workers there are, those of models in this process,
    which has the models.
    """
    tools = tools or Tools()
    batches = table.select(["id", "question", "answer"]).to_batches(max_chunksize=BATCH)
    of_text = replace(tools, encoder=None, cross_encoder=None, log_likelihood=None)
    light = replace(corpus, places=None)
    texts = spread(lambda part: [_columns(batch, light, of_text, by_model=False) for batch in part], batches, least=2)
    found = ({"id": batch["id"], **columns, **_columns(batch, corpus, tools, by_model=True)}
             for batch, columns in zip(batches, texts, strict=True))  # fmt: skip
    ordered = [pa.RecordBatch.from_arrays([columns[name] for name in VALUES.names], schema=VALUES) for columns in found]
    return pa.Table.from_batches(ordered, VALUES)


def _columns(batch: pa.RecordBatch, corpus: Corpus, tools: Tools, by_model: bool) -> dict[str, pa.Array]:
    """Measure the signals of one kind on one batch with columns question, answer."""
    pairs = zip(batch["question"].to_pylist(), batch["answer"].to_pylist(), strict=True)
    rows = [Row(question, answer) for question, answer in pairs]
    columns: dict[str, pa.Array] = {}
    done: dict[Measure, list[Finding]] = {}
    for name, signal in SIGNALS.items():
        if signal.by_model is by_model:
            findings = done[signal.measure] = done.get(signal.measure) or signal.measure(rows, corpus, tools)
            columns[name] = pa.array([finding.value for finding in findings], pa.float32())
            columns[f"{name}.matched"] = pa.array([finding.matched for finding in findings], pa.string())
    return columns


def decide(values: pa.Table, table: pa.Table, settings: QualityConfig) -> list[Decision]:
    """Turn measured values into decisions; `table` has the texts of the same rows, which masking needs."""
    decisions: list[Decision] = []
    for name, signal in SIGNALS.items():
        if name != "personal_data":
            decisions += _apply(rule_of(settings, name), name, signal, values)
    decisions += _personal_data(values, table, settings)
    place = {id_: i for i, id_ in enumerate(values["id"].to_pylist())}
    return sorted(decisions, key=lambda decision: place[decision.id])


def _apply(rule: Rule, name: str, signal: Signal, values: pa.Table) -> Iterator[Decision]:
    """Decide the rows whose value is at a limit or beyond it."""
    both: tuple[tuple[Action, float | None], ...] = (("remove", rule.remove), ("flag", rule.flag))
    limits = [(action, limit) for action, limit in both if limit is not None]
    if not limits:
        return
    sign = -1 if signal.low_is_bad else 1
    column = values[name].to_numpy() * sign
    loosest = min(limit * sign for _, limit in limits)
    # float32 columns: a limit of .7 must catch a value that was .7 before it was stored
    for at in (column >= loosest - 1e-6).nonzero()[0]:
        value = round(float(column[at]) * sign, 4)
        action, limit = next(found for found in limits if value * sign >= found[1] * sign - 1e-6)
        matched = values[f"{name}.matched"][int(at)].as_py()
        yield Decision(
            values["id"][int(at)].as_py(), STEP, action, signal.reason.format(matched=matched),
            {"signal": name, "value": value, "limit": limit, "matched": matched},
        )  # fmt: skip


def _personal_data(values: pa.Table, table: pa.Table, settings: QualityConfig) -> Iterator[Decision]:
    action = settings.personal_data.action
    if action == "ignore":
        return
    signal = SIGNALS["personal_data"]
    recognise = recogniser(settings.personal_data.recogniser) if action == "mask" else patterns
    places = (values["personal_data"].to_numpy() > 0).nonzero()[0]
    for at in places.tolist():
        id_, kinds = values["id"][at].as_py(), values["personal_data.matched"][at].as_py()
        evidence = {
            "signal": "personal_data",
            "value": values["personal_data"][at].as_py(),
            "limit": 1,
            "matched": kinds,
        }
        reason = signal.reason
        if action != "mask":
            yield Decision(id_, STEP, action, reason, evidence)
            continue
        for name in ("question", "answer"):
            text = table[name][at].as_py()
            if (masked := mask(text, recognise)) != text:
                yield Decision(id_, STEP, "repair", reason, evidence, field=name, text=masked)
