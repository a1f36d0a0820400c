"""Measuring: every signal of every row once, as a table row × signal; what a value means is decided elsewhere.

corpus = learn(table)
values = measure(table, corpus)     # one row a record, schema VALUES: a value and what shows it, a column pair a signal
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.corpus.corpus import Corpus
from curation.corpus.language import ENGLISH, languages_of_rows, wrong_language
from curation.corpus.rows import IN_CONTEXT, NOT_APPLICABLE, NOTHING, Finding, Row
from curation.corpus.seen import empty
from curation.corpus.told import in_english, in_pack, pack_of
from curation.corpus.tools import PairReader, Tools
from curation.fit import vectors
from curation.fit.ifd import ifd
from curation.fit.support import unsupported
from curation.reader.belonging import log_odds
from curation.reader.limits import believed
from curation.signals import form
from curation.signals.gibberish import gibberish
from curation.signals.own import OwnFindings, alone, schema_of
from curation.signals.packs.table import FORMS, WORDINGS, in_its_language, looks_for
from curation.signals.page import boilerplate, encoding
from curation.signals.page.markup import markup
from curation.signals.reading import CLEARABLE, read_file, unread
from curation.signals.residue.prompts import prompt_marks
from curation.signals.slots import slots
from winnow.config.quality import QualityConfig, Rule, rule_of
from winnow.data.records import turns, with_surroundings
from winnow.parallel.engine import spread
from winnow.parallel.kept_table import KeptTable
from winnow.text.lexicon import Lexicon

IN_HISTORY = " (in an earlier turn)"
ROWS_A_BATCH = 2048  # that a worker measures at once

BY_LEXICON = frozenset({*WORDINGS, *FORMS})

Mask = NDArray[np.bool_]
Measure = Callable[[Sequence[Row], Corpus, Tools], list[Finding]]
Look = Callable[[Sequence[Row], Corpus], list[Finding | None]]


def each(signal: Callable[[Row, Corpus], Finding]) -> Measure:
    """Turn a function of one row into a measure of a batch of rows."""
    return lambda rows, corpus, tools: [signal(row, corpus) for row in rows]


@dataclass(frozen=True, slots=True)
class Signal:
    """A measure, the words of its reason, and whether low values are the bad ones.

    A signal that needs a model has in `first` a cheap measure by text; it gives None for a row that the model must see.
    One that a lexicon makes, or makes surer (`BY_LEXICON`), is measured without words first.
    """

    measure: Measure
    reason: str
    low_is_bad: bool = False
    needs: Literal["encoder", "log_likelihood"] | None = None
    first: Look | None = None


def nothing(row: Row, corpus: Corpus) -> Finding:
    """Nothing, without the words of a lexicon."""
    return NOTHING


def unknown(row: Row, corpus: Corpus) -> Finding:
    """Not applicable without the words of a lexicon."""
    return NOT_APPLICABLE


def personal_data(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Count the pieces of personal data in question, answer, context and history: 2.0 with "EMAIL, PHONE".

    The texts aren't changed.
    """
    texts = [
        ((row.question, ""), (row.answer, ""), (row.context, IN_CONTEXT), (row.history, IN_HISTORY)) for row in rows
    ]
    found = [[f"{span.kind}{place}" for text, place in each for span in tools.recognise(text)] for each in texts]
    return [Finding(float(len(kinds)), ", ".join(sorted(set(kinds)))) for kinds in found]


BY_TEXT: dict[str, Signal] = {
    "empty": Signal(each(empty), "the {matched} is empty"),
    "placeholder": Signal(each(slots), "a placeholder stands where text should"),
    "gibberish": Signal(each(gibberish), "the answer is no language"),
    "repetition": Signal(each(form.repetition), "the answer repeats itself"),
    "too_short": Signal(each(unknown), "the answer is too short for what is asked", low_is_bad=True),
    "too_long": Signal(each(form.too_long), "the answer is very long"),
    "echo": Signal(each(form.echo), "the answer only repeats the question"),
    "cut_off": Signal(each(form.cut_off), "the answer stops in mid-sentence or mid-word"),
    "wrong_language": Signal(each(wrong_language), "the answer is in another language"),
    "refusal": Signal(each(nothing), "the answer refuses"),
    "prompt_residue": Signal(each(prompt_marks), "marks of a prompt or a model are left in the text"),
    "boilerplate": Signal(each(nothing), "the answer would fit below any question"),
    "markup": Signal(each(markup), "markup of a page is left in the text"),
    "addresses": Signal(each(encoding.addresses), "most of the answer is web addresses"),
    "mojibake": Signal(each(encoding.mojibake), "characters were decoded wrongly or lost"),
    "dangling_reference": Signal(each(nothing), "the question points to what it doesn't name"),
    "out_of_date": Signal(each(nothing), "the answer was true on some day only"),
}
ELSEWHERE, LONE = "the answer is about something else than the question", "the row is far from every other row"
BY_FILE_AND_MODELS: dict[str, Signal] = {
    "near_constant": Signal(each(boilerplate.near_constant), "many different questions have this very answer"),
    "off_question": Signal(vectors.off_question, ELSEWHERE, needs="encoder", first=vectors.doubt_answers),
    "unsupported": Signal(each(unsupported), "the context doesn't have what the answer says"),
    "outlier": Signal(vectors.outlier, LONE, needs="encoder", first=vectors.doubt_topics),
    "ifd": Signal(ifd, "the question doesn't help to predict the answer", needs="log_likelihood"),
    "trivial": Signal(ifd, "the question gives the answer away", low_is_bad=True, needs="log_likelihood"),
    "reader": Signal(each(unread), "reads as: {matched}"),
    "rater": Signal(each(unread), "a model rates it {matched}", low_is_bad=True),
    "personal_data": Signal(personal_data, "personal data"),
}
SIGNALS = BY_TEXT | BY_FILE_AND_MODELS

OF_THE_FILE = frozenset({"near_constant", "outlier", "off_question", "reader"})  # measure a row against the others

VALUES = pa.schema(
    [("id", pa.string())]
    + [column for name in SIGNALS for column in ((name, pa.float32()), (f"{name}.matched", pa.string()))]
)


OWN = schema_of(name for name, signal in SIGNALS.items() if signal.needs is None)  # that a row may show by itself


def measure(table: pa.Table, corpus: Corpus, tools: Tools | None = None, kept: Path | None = None) -> pa.Table:
    """Measure every signal of every row; NaN where a signal doesn't apply or its model is missing.

    First all workers measure by text, in batches. Then this process, which holds the models, measures the rows that
    were left to them. What rows show by themselves is read from the file `kept`, and written there.
    """
    tools, own = tools or Tools(), OwnFindings(KeptTable(kept, OWN))
    models = {name for name, signal in SIGNALS.items() if signal.needs and getattr(tools, signal.needs)}
    texts = with_surroundings(table).select(["id", "question", "answer", "context", "history"])
    batches = texts.to_batches(max_chunksize=ROWS_A_BATCH)
    of_text = replace(tools, encoder=None, cross_encoder=None, log_likelihood=None, reader=None)
    known, is_new = own.of(texts, corpus)
    starts = np.cumsum([0, *map(len, batches)]).tolist()
    parts = [(batch, known.slice(start, len(batch)), is_new[start : start + len(batch)])
             for batch, start in zip(batches, starts, strict=False)]  # fmt: skip
    found = spread(lambda part: [_by_text(*one, corpus, of_text, models) for one in part], parts, least=2)
    own.write(by_itself for _, by_itself in found)
    values = pa.Table.from_batches((of_batch for of_batch, _ in found), VALUES)
    done: dict[Measure, list[Finding]] = {}
    for name in filter(models.__contains__, SIGNALS):
        signal, is_open = SIGNALS[name].measure, values[name].is_null().combine_chunks()
        if signal not in done:
            rows = map(_rows, texts.filter(is_open).combine_chunks().to_batches(max_chunksize=ROWS_A_BATCH))
            done[signal] = list(chain.from_iterable(signal(part, corpus, tools) for part in rows if part))
        for column, array in _arrays(name, done[signal]).items():
            filled = pc.replace_with_mask(values[column].combine_chunks(), is_open, array)
            values = values.set_column(values.schema.get_field_index(column), column, filled)
    return _with_reading(values, texts, corpus, tools.reader) if tools.reader and len(texts) else _with_shares(values)


def _with_reading(values: pa.Table, texts: pa.Table, corpus: Corpus, reader: PairReader) -> pa.Table:
    """Fill in what the reader finds, and take back what rules suspect where it finds nothing of the kind."""
    rows = [row for batch in texts.to_batches() for row in _rows(batch)]
    usual = QualityConfig()
    suspected = {name: _reaches(values, name, rule_of(usual, name)) for name in CLEARABLE}
    reading = read_file(rows, corpus, reader, suspected, values["off_question"].to_numpy())
    columns = _arrays("reader", reading.findings) | {"off_question": pa.array(reading.elsewhere)}
    for name, cleared in reading.cleared.items():
        columns[name] = pc.if_else(pa.array(cleared), float("nan"), values[name].combine_chunks()).cast(pa.float32())
    for column, array in columns.items():
        values = values.set_column(values.schema.get_field_index(column), column, array)
    return values


def _with_shares(values: pa.Table) -> pa.Table:
    """Say of wrong answers how likely they are in this file, where no reader has a say in it."""
    by_chance = values["off_question"].to_numpy()
    found = believed(log_odds(by_chance, np.full(len(by_chance), np.nan, np.float32)))
    return values.set_column(values.schema.get_field_index("off_question"), "off_question", pa.array(found))


def _reaches(values: pa.Table, name: str, rule: Rule) -> NDArray[np.bool_]:
    """Mark the rows whose value reaches a limit of a rule."""
    sign = -1 if SIGNALS[name].low_is_bad else 1
    limits = [limit * sign for limit in (rule.remove, rule.flag) if limit is not None]
    return np.asarray(values[name].to_numpy() * sign >= min(limits) - 1e-6)


def with_personal_data(values: pa.Table, table: pa.Table, said: pa.Table, tools: Tools) -> pa.Table:
    """Count personal data in whole texts where other signals saw a part: they are masked wherever they stand."""
    differs = pc.or_(
        pc.not_equal(table["question"], said["question"]), pc.not_equal(table["answer"], said["answer"])
    ).combine_chunks()
    rows = [row for batch in table.filter(differs).to_batches() for row in _rows(batch)]
    found = personal_data(rows, Corpus(), tools)
    for column, array in _arrays("personal_data", found).items():
        filled = pc.replace_with_mask(values[column].combine_chunks(), differs, array)
        values = values.set_column(values.schema.get_field_index(column), column, filled)
    return values


def _by_text(
    batch: pa.RecordBatch, known: pa.Table, is_new: Mask, corpus: Corpus, tools: Tools, models: Collection[str]
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Measure a batch by text, schema VALUES, null where the model has to measure; and what rows show by themselves."""
    rows = _rows(batch)
    own = _own(rows, known, is_new, corpus, tools)
    languages = languages_of_rows(rows, corpus)
    english = [*map(in_english, rows)]
    told = [in_pack(row, code or ENGLISH, tools.lexicons) for row, code in zip(rows, languages, strict=True)]
    columns: dict[str, pa.Array] = {"id": batch["id"]}
    for name, signal in SIGNALS.items():
        findings: Sequence[Finding | None]
        if signal.needs is None:
            arrays = _in_file(name, rows, own, corpus, tools)
            if name not in BY_LEXICON:
                columns |= arrays
                continue
            findings = [Finding(*pair) for pair in zip(*(one.to_pylist() for one in arrays.values()), strict=True)]
        elif name in models:
            findings = signal.first(rows, corpus) if signal.first else [None] * len(rows)
        else:
            findings = [NOT_APPLICABLE] * len(rows)
        if name in BY_LEXICON:
            each_row = zip(told, english, findings, strict=True)
            findings = [in_its_language(name, of, en, corpus, found or NOTHING) for of, en, found in each_row]
        elif signal.needs == "encoder":
            is_read = [not code or _is_embedded(code, tools.encoder_reads) for code in languages]
            findings = [f if reads else NOT_APPLICABLE for f, reads in zip(findings, is_read, strict=True)]
        columns |= _arrays(name, findings)
    values = pa.RecordBatch.from_arrays([columns[name] for name in VALUES.names], schema=VALUES)
    return values, pa.RecordBatch.from_arrays([own[name] for name in OWN.names], schema=OWN)


def _own(rows: Sequence[Row], known: pa.Table, is_new: Mask, corpus: Corpus, tools: Tools) -> dict[str, pa.Array]:
    """Measure the new rows by themselves; gives the columns of OWN, null where a file has a say."""
    own: dict[str, pa.Array] = {name: known[name].combine_chunks() for name in OWN.names}
    new = [row for row, is_fresh in zip(rows, is_new.tolist(), strict=True) if is_fresh]
    for name in (name for name in SIGNALS if name in own):
        for column, array in _arrays(name, alone(SIGNALS[name].measure, new, corpus, tools)).items():
            own[column] = pc.replace_with_mask(own[column], pa.array(is_new), array)
    return own


def _in_file(
    name: str, rows: Sequence[Row], own: dict[str, pa.Array], corpus: Corpus, tools: Tools
) -> dict[str, pa.Array]:
    """Measure a signal of the rows that don't show it by themselves, beside what is known of the others."""
    is_open = own[name].is_null()
    left = [row for row, wanted in zip(rows, is_open.to_pylist(), strict=True) if wanted]
    found = _arrays(name, SIGNALS[name].measure(left, corpus, tools))
    return {column: pc.replace_with_mask(own[column], is_open, array) for column, array in found.items()}


def not_looked_for(
    languages: Iterable[str], lexicons: Sequence[Lexicon] = (), encoder_reads: frozenset[str] | None = None
) -> dict[str, list[str]]:
    """List the signals that can't read each of a file's languages: {"pl": ["placeholder", "refusal", …]}."""
    unread = {code: [n for n in SIGNALS if not _is_read(n, code, lexicons, encoder_reads)] for code in languages}
    return {code: names for code, names in unread.items() if names}


def _is_read(name: str, code: str, lexicons: Sequence[Lexicon], encoder_reads: frozenset[str] | None) -> bool:
    signal = SIGNALS[name]
    if signal.needs == "encoder":
        return _is_embedded(code, encoder_reads)
    if name == "reader":
        return code == ENGLISH
    return name not in WORDINGS or looks_for(pack_of(code, lexicons), name)


def _is_embedded(code: str, encoder_reads: frozenset[str] | None) -> bool:
    return encoder_reads is None or code in encoder_reads


def _rows(batch: pa.RecordBatch) -> list[Row]:
    columns = (batch[name].to_pylist() for name in ("question", "answer", "context", "history"))
    return [
        Row(question, answer, context, turns(history))
        for question, answer, context, history in zip(*columns, strict=True)
    ]


def _arrays(name: str, findings: Sequence[Finding | None]) -> dict[str, pa.Array]:
    """Build the two columns of a signal: its values and what it matched."""
    values, matched = zip(*(finding or (None, None) for finding in findings), strict=True) if findings else ((), ())
    return {name: pa.array(values, pa.float32()), f"{name}.matched": pa.array(matched, pa.string())}
