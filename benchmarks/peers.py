"""Run Winnow, SemHash and rensa on the same planted rows, to see what whole-text deduplicators find and destroy.

pip install --no-deps --target ../peers semhash==0.5.0 model2vec==0.10.0 vicinity==0.4.6 usearch pyversity frozendict
PYTHONPATH=../peers python -m benchmarks.peers --rows 6250 --copies 1170 --wordings fresh

SemHash goes into a folder of its own, because nothing else needs it; without it the others run. MiniLM embeds a text
once: a threshold after the first takes the vectors from there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks import wordings
from benchmarks.curation import as_table, corpus, score_removals
from benchmarks.planted import Planted
from curation.pairs import candidates
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage
from curation.pairs.texts.vectors import text_vectors
from curation.steps import duplicates
from winnow.config import DuplicatesConfig
from winnow.data.files import cache_folder
from winnow.data.ledger import Decision
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import StaticEmbedder

MODEL = "all-minilm-l6-v2"
Twins = dict[int, int]  # place of a removed row → place of the row it was removed for


class StaticEncoder:
    """The static word vectors behind the interface that SemHash asks for."""

    def encode(self, texts: Sequence[str], **_: Any) -> npt.NDArray[np.float32]:
        """Return float32 [texts, dimensions]."""
        lexicon = Lexicon(StaticEmbedder.load(MODEL, cache_folder()).word_vectors)
        passages = [Passage(lexicon.encode(text), text) for text in texts]
        for passage in passages:
            lexicon.count(passage.coded, passage.raw)
        return text_vectors(lexicon, passages)


class SentenceEncoder:
    """MiniLM behind the same interface."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, texts: Sequence[str], **_: Any) -> npt.NDArray[np.float32]:
        """Return float32 [texts, dimensions]."""
        return Embedder(MODEL, self._folder).embed(list(texts))


def ours(table: pa.Table, ids: Sequence[str], folder: Path) -> Twins:
    """Find and decide duplicates as `winnow curate` does."""
    settings, place = DuplicatesConfig(), {id_: number for number, id_ in enumerate(ids)}
    decisions = duplicates.decide(candidates.find(table, settings, Embedder(MODEL, folder)), table, settings)
    return {place[d.id]: place[d.evidence["twin"]] for d in decisions if d.action == "remove"}


def semhash(texts: list[str], encoder: Any, threshold: float) -> Twins:
    """Deduplicate whole texts by embeddings, as SemHash's README does."""
    from semhash import SemHash

    records = [{"text": text, "place": str(place)} for place, text in enumerate(texts)]
    found = SemHash.from_records(
        records=records, columns=["text"], model=encoder, ann_backend="basic"
    ).self_deduplicate(threshold)
    twins = {}
    for duplicate in found.filtered:
        twins[int(duplicate.record["place"])] = int(duplicate.duplicate_of["place"])
    return twins


def rensa_alone(texts: list[str], threshold: float) -> Twins:
    """Deduplicate whole texts by MinHash over character five-grams, as rensa's README does."""
    import rensa

    deduplicator = rensa.RMinHashDeduplicator(threshold, 128, True, 32, 42)
    twins = {}
    for place, text in enumerate(texts):
        sketch = rensa.RMinHash(num_perm=128, seed=42)
        sketch.update([text[n : n + 5].lower() for n in range(max(1, len(text) - 4))])
        near = deduplicator.get_duplicates(sketch)
        if near:
            twins[place] = int(near[0])
        else:
            deduplicator.add(str(place), sketch)
    return twins


def peers(
    texts: list[str], table: pa.Table, ids: Sequence[str], folder: Path
) -> Iterator[tuple[str, Callable[[], Twins]]]:
    """Yield each tool with its thresholds; embeddings are kept in the folder."""
    yield "Winnow", lambda: ours(table, ids, folder)
    for threshold in (0.5, 0.7, 0.85):
        yield f"rensa {threshold}", lambda t=threshold: rensa_alone(texts, t)
    for name, encoder in (("static", StaticEncoder()), ("MiniLM", SentenceEncoder(folder))):
        for threshold in (0.9, 0.95, 0.98):
            yield f"SemHash {name} {threshold}", lambda t=threshold, e=encoder: semhash(texts, e, t)


def measure(planted: Sequence[Planted], ids: Sequence[str], twins: Twins) -> dict[str, Any]:
    """Score removals as those of the project are scored."""
    decisions = [Decision(ids[one], "peer", "remove", "", {"twin": ids[other]}) for one, other in twins.items()]
    score = score_removals(planted, ids, decisions)
    return {name: score[name] for name in ("removed", "recall", "precision", "merged_traps")}


def main() -> None:
    """Run every peer and print one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=6250)
    parser.add_argument("--copies", type=int, default=1170)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wordings", choices=list(wordings.SETS), default="fresh")
    parser.add_argument("--only", default="", help="run the peers whose name has this in it")
    options = parser.parse_args()
    planted = corpus(options.rows, options.copies, options.seed, options.wordings)
    table, ids = as_table(planted)
    texts = [f"{row.question}\n{row.answer}" for row in planted]
    with tempfile.TemporaryDirectory() as folder:
        for name, run in peers(texts, table, ids, Path(folder)):
            if options.only.lower() not in name.lower():
                continue
            started = time.perf_counter()
            try:
                twins = run()
            except ModuleNotFoundError as error:
                print(json.dumps({"peer": name, "skipped": f"{error.name} isn't installed"}))
                continue
            seconds = round(time.perf_counter() - started, 1)
            print(json.dumps({"peer": name, "seconds": seconds, **measure(planted, ids, twins)}), flush=True)


if __name__ == "__main__":
    main()
