"""Near-duplicate search: propose pairs of rows in the same surroundings, compare both fields, and judge each pair.

The corpus is read twice. The first pass learns which differences change no answer; the second judges by them.

pairs = find(table, config.duplicates, embedder)      # schema PAIRS; Parquet holds it

Thresholds apply later (`duplicates.decide`), so that moving one neither embeds nor searches again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.differences.compare import Comparer, Comparison
from curation.pairs.differences.habits import MIN_PAIRS_A_HABIT, SUBSTITUTIONS, Habits, Seen, question_keys, whole_key
from curation.pairs.kept import Doubted, Found, KeptComparisons, RestsOn, decoded, encoded, rests_on
from curation.pairs.proposals.lexical import Pairs
from curation.pairs.proposals.near import near_pairs
from curation.pairs.proposals.surroundings import Alike
from curation.pairs.swapped import mark_swapped
from curation.pairs.table import Pair, exact_pairs, to_pair_table
from curation.pairs.texts.coded_rows import MAX_ASKERS, CodedRows
from curation.pairs.verdict import (
    DECISIVE,
    MIN_TELLING_WORDS,
    SAMENESS,
    Relation,
    is_same_answer,
    is_settled,
    judge,
    judge_around,
    may_be_same,
    told_by_accents,
)
from winnow.code import code_hash
from winnow.config import DuplicatesConfig
from winnow.data.records import content_hash
from winnow.models.word_vectors import word_vectors
from winnow.parallel.cache import Measurement, rows_hash
from winnow.parallel.engine import spread
from winnow.parallel.packed import Packed

if TYPE_CHECKING:
    from winnow.models.embedder import Embedder

MIN_PAIRS_A_PROCESS = 4_000  # pairs from which comparing them is worth more than one process
MAX_EMBEDDED_CHARS = 1_000  # characters of a text that the encoder is given
COPIES = SAMENESS | {Relation.PARAPHRASE}


class Compared(NamedTuple):
    """Two nodes with the differences of their questions and of their answers.

    `specific` is False for an answer that many questions have, such as "Yes.": sharing it is no evidence.
    """

    one: int
    other: int
    question: Comparison
    answer: Comparison
    specific: bool


def find(
    table: pa.Table, settings: DuplicatesConfig, embedder: Embedder | None = None, folder: Path | None = None
) -> pa.Table:
    """Judge the near pairs of a records table; returns schema PAIRS, sorted by ids.

    Without an embedder there are no word vectors: paraphrases, synonyms and swapped answers aren't found. `folder`
    keeps what was read and compared: when the table has grown, only what is new is, and all pairs are judged again.
    """
    rows = CodedRows.read(table, word_vectors(embedder), folder)
    alike = Alike.of(rows)
    made_of = content_hash(code_hash(__name__), embedder.weights if embedder else "")[:16]
    kept = KeptComparisons.of(rows, folder, made_of)
    compared, seen = read_pairs(rows, worth_reading(rows, near_pairs(rows, alike=alike), kept), kept)
    kept.write()
    judged = mark_swapped(rows, judge_pairs(compared, Habits.learn(seen)))
    judged = with_surroundings(judged, alike)
    judged = [pair for pair in _with_semantic(rows, judged, embedder) if _stands(pair, settings.floor)]
    return to_pair_table(rows, exact_pairs(rows), judged)


def find_once(table: pa.Table, settings: DuplicatesConfig, embedder: Embedder | None, folder: Path) -> pa.Table:
    """Cache the result of `find` in `folder`, keyed by the rows' hash: a second call with equal rows reads a file."""
    made_of = [rows_hash(table, ordered=False), str(settings.floor), embedder.weights if embedder else ""]
    return Measurement("pairs", [__name__], made_of).once(folder, lambda: find(table, settings, embedder, folder))


def worth_reading(rows: CodedRows, pairs: Pairs, kept: KeptComparisons) -> Pairs:
    """Filter by the questions alone: drop a pair whose questions differ in a word, if few other pairs do.

    "How do I close my ISA?" against "How do I close my loan?" stays only where ISA/loan differ in at least
    MIN_PAIRS_A_HABIT pairs of questions. In rows made from templates most pairs are dropped here.
    """
    pairs = kept.oriented(pairs)
    asked, place = np.unique(rows.nodes[pairs, 0], axis=0, return_inverse=True)
    compare = _comparer(rows)

    def work(new: list[int]) -> list[Doubted]:
        return spread(lambda part: _doubts(rows, asked[_places(part)], compare), new, MIN_PAIRS_A_PROCESS)

    doubts = kept.doubts(asked, work)
    keys, of_doubt, counts = np.unique(np.asarray(doubts.flatten()), return_inverse=True, return_counts=True)
    sizes = np.asarray(pc.fill_null(pc.list_value_length(doubts), 0), np.int64)
    of_pair = np.repeat(np.arange(len(asked)), sizes)
    is_often = counts[of_doubt.reshape(-1)] >= MIN_PAIRS_A_HABIT if len(keys) else np.zeros(0, bool)
    read = (sizes == 0) | (np.bincount(of_pair[is_often], minlength=len(asked)) > 0)
    read &= np.asarray(doubts.is_valid())
    return np.asarray(pairs[read[place.reshape(-1)]], np.int64)


def _comparer(rows: CodedRows) -> Comparer:
    """Build the comparer that every worker copies; a copy caches the relations of words."""
    rows.lexicon.know_vectors()
    return Comparer(rows.lexicon)


def _places(part: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.array(part, np.int64)


def _doubts(rows: CodedRows, asked: Pairs, compare: Comparer) -> list[Doubted]:
    """Hash the differences of each pair of questions that habits would have to explain; None where none could."""
    found: list[Doubted] = []
    for one, other in asked.tolist():
        question = compare(rows.questions[one], rows.questions[other], strict=True, decisive=DECISIVE)
        if not may_be_same(question):
            found.append((None, rests_on(question)))
        elif question.kinds & SUBSTITUTIONS:
            keys = {*question_keys(question), whole_key(question)}
            hashes = sorted(crc32("\0".join(key).encode("utf-8", "surrogatepass")) for key in keys)
            found.append((tuple(hashes), rests_on(question)))
        else:
            found.append(((), rests_on(question)))
    return found


def read_pairs(rows: CodedRows, pairs: Pairs, kept: KeptComparisons) -> tuple[Packed[Compared], Packed[Seen]]:
    """Compare both fields of each pair of nodes; returns the pairs left to judge, and the evidence for habits."""
    compare = _comparer(rows)

    def work(new: list[int]) -> list[Found]:
        return spread(lambda part: _read(rows, pairs[_places(part)], compare), new, MIN_PAIRS_A_PROCESS)

    found = kept.read(pairs, work)
    askers = np.bincount(rows.nodes[:, 1], minlength=len(rows.answers))
    specific = askers[rows.nodes[pairs, 1]].max(axis=1, initial=0) <= MAX_ASKERS
    told = spread(
        lambda part: [_told(rows, pairs, found, specific, _places(part))], range(len(pairs)), MIN_PAIRS_A_PROCESS
    )
    return Packed.joined(compared for compared, _ in told), Packed.joined(seen for _, seen in told)


def _read(rows: CodedRows, pairs: Pairs, compare: Comparer) -> list[Found]:
    """Compare one part of the pairs; drops the comparisons that no habit could make equal, to save memory."""
    found: list[Found] = []
    for pair in _compared(rows, pairs, compare):
        if isinstance(pair, RestsOn):
            found.append((None, pair))
            continue
        fields = None if is_settled(pair.question, pair.answer) else (pair.question, pair.answer)
        found.append((encoded(fields, _seen(rows, pair._replace(specific=True))), rests_on(pair.question, pair.answer)))
    return found


def _told(
    rows: CodedRows, pairs: Pairs, found: pa.LargeStringArray, specific: npt.NDArray[np.bool_], part: Pairs
) -> tuple[Packed[Compared], Packed[Seen]]:
    """Gather one part of what was found: the pairs left to judge, and the evidence of those whose answer tells."""
    compared, taught = [], []
    texts = found.take(pa.array(part)).to_pylist()
    for (one, other), tells, text in zip(pairs[part].tolist(), specific[part].tolist(), texts, strict=True):
        if text is None:
            continue
        fields, seen = decoded(text)
        if fields:
            compared.append(Compared(one, other, *fields, tells))
        if seen and tells:
            taught.append(seen._replace(questions=(int(rows.nodes[one, 0]), int(rows.nodes[other, 0]))))
    return Packed.of(compared), Packed.of(taught)


def compare_pairs(rows: CodedRows, pairs: Pairs) -> list[Compared]:
    """Compare both fields of each pair of nodes; skips pairs of questions with another number, name or negation."""
    compare = _comparer(rows)
    found = spread(
        lambda part: list(_compare(rows, pairs[_places(part)], compare)), range(len(pairs)), MIN_PAIRS_A_PROCESS
    )
    return [pair for pair in found if pair is not None]


def _compare(rows: CodedRows, pairs: Pairs, compare: Comparer) -> Iterator[Compared | None]:
    return (None if isinstance(pair, RestsOn) else pair for pair in _compared(rows, pairs, compare))


def _compared(rows: CodedRows, pairs: Pairs, compare: Comparer) -> Iterator[Compared | RestsOn]:
    """Compare both fields of each pair; gives the words that this rests on where the questions can't be one."""
    askers = np.bincount(rows.nodes[:, 1], minlength=len(rows.answers))
    specific = askers[rows.nodes[pairs, 1]].max(axis=1, initial=0) <= MAX_ASKERS
    questions: dict[tuple[int, int], Comparison] = {}
    for (one, other), tells in zip(pairs.tolist(), specific.tolist(), strict=True):
        key = (int(rows.nodes[one, 0]), int(rows.nodes[other, 0]))
        question = questions.get(key)
        if question is None:
            question = questions[key] = compare(rows.question(one), rows.question(other), True, DECISIVE)
        if may_be_same(question):
            told = told_by_accents(question, compare(rows.answer(one), rows.answer(other)))
            yield Compared(one, other, *told, tells) if may_be_same(told[0]) else rests_on(*told)
        else:
            yield rests_on(question)


def learn_habits(rows: CodedRows, compared: Sequence[Compared]) -> Habits:
    """Learn the harmless differences from pairs with long, specific answers; short ones coincide by chance."""
    return Habits.learn([seen for pair in compared if (seen := _seen(rows, pair))])


def _seen(rows: CodedRows, pair: Compared) -> Seen | None:
    if not pair.specific or min(pair.answer.one, pair.answer.other) < MIN_TELLING_WORDS:
        return None
    questions = int(rows.nodes[pair.one, 0]), int(rows.nodes[pair.other, 0])
    return Seen.of(questions, pair.question, pair.answer, is_same_answer(pair.answer, Habits()))


def judge_pairs(compared: Iterable[Compared], habits: Habits) -> list[Pair]:
    """Judge each compared pair; drops the relation `different`."""
    found = []
    for pair in compared:
        judgement = judge(pair.question, pair.answer, pair.specific, habits)
        if judgement.relation is not Relation.DIFFERENT:
            found.append(Pair(pair.one, pair.other, judgement, pair.question, pair.answer))
    return found


def with_surroundings(pairs: Sequence[Pair], alike: Alike) -> list[Pair]:
    """Note what differs around each pair; drops contradictions under a context of which one row has only the beginning.

    The same rows are damaged where one of their contexts is mistyped.
    """
    noted = []
    for pair in pairs:
        if around := alike.between(pair.one, pair.other):
            judgement = judge_around(pair.judgement, [found for _, found in around])
            if judgement.relation is Relation.DIFFERENT:
                continue
            pair = replace(pair, judgement=judgement, around=around)
        noted.append(pair)
    return noted


def _with_semantic(rows: CodedRows, pairs: Sequence[Pair], embedder: Embedder | None) -> list[Pair]:
    """Embed the questions of paraphrases and note their cosine; none of a script that the encoder doesn't know.

    Other pairs are not embedded.
    """
    asked = [pair for pair in pairs if pair.judgement.relation is Relation.PARAPHRASE]
    if embedder is None or not asked:
        return list(pairs)
    nodes = {node for pair in asked for node in (pair.one, pair.other)}
    raw = {node: rows.question(node).raw[:MAX_EMBEDDED_CHARS] for node in sorted(nodes)}
    texts = {node: text for node, text in raw.items() if embedder.reads(text)}
    distinct = list(dict.fromkeys(texts.values()))
    vectors = dict(zip(distinct, embedder.embed(distinct), strict=True))
    out = []
    for pair in pairs:
        if pair.judgement.relation is Relation.PARAPHRASE and {pair.one, pair.other} <= texts.keys():
            cosine = float(vectors[texts[pair.one]] @ vectors[texts[pair.other]])
            pair = replace(pair, semantic=cosine)
        out.append(pair)
    return out


def _stands(pair: Pair, floor: float) -> bool:
    return max(pair.judgement.lexical, pair.semantic or 0.0) >= floor or pair.judgement.relation not in COPIES
