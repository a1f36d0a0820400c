"""Plant every defect of a row in real data and count what the quality signals find.

    python -m benchmarks.defects --rows 300                     # each inventory of `faults/`: recall by kind
    python -m benchmarks.defects --encoder                      # with its signals and the reader, as `curate`
    python -m benchmarks.defects --clean                        # every real set as it is: removed and flagged
    python -m benchmarks.defects --inventories unread --encoder # those that nobody opens, and their look-alikes

An inventory lists wordings by kind; `{}` takes the real text, `{n}` a number. The signals were written with `dev`;
the others were each written before a look at the rules, measured once, and then used to widen them, but for those
of `faults/unread/`: of them, as of all, only shares and counts are printed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import realdata
from curation.corpus.corpus import learn
from curation.corpus.tools import Tools
from curation.fit.load import load_tools
from curation.signals import measuring
from curation.steps import quality, repair
from winnow.config import CleanConfig, QualityConfig
from winnow.data.ledger import settle
from winnow.data.records import Record, new_record, number_copies, to_table
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import word_vectors

CLEAN_SETS = ("medquad", "tatqa", "covid_faq", "gsm8k")  # whose answers are all meant as answers
FAULTS = Path(__file__).parent / "faults"
UNREAD = "unread"  # the folder in it that nobody opens
LOOKALIKES = "lookalikes"  # good rows that resemble faults, beside its inventories
ROWS_AMONG = 200  # clean ones that look-alikes are measured among, so that limits by the file are the usual ones

Inventory = Mapping[str, Sequence[str]]
Wordings = Sequence[str]


@dataclass(frozen=True)
class Planted:
    """A row and what is wrong with it; kind "" is a real row as it came."""

    record: Record
    kind: str
    set: str


Plant = Callable[[str, str, random.Random, Wordings], tuple[str, str]]


def _filled(template: str, text: str, rng: random.Random) -> str:
    return template.replace("{}", text).replace("{n}", str(rng.randint(1000, 99999)))


def _words(text: str) -> list[str]:
    return text.split()


def _noise(rng: random.Random, letters: str) -> str:
    return " ".join("".join(rng.choice(letters) for _ in range(rng.randint(4, 9))) for _ in range(rng.randint(5, 15)))


def _scrambled(rng: random.Random, text: str) -> str:
    return " ".join("".join(rng.sample(word, len(word))) for word in _words(text)[:40])


def gibberish(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """Noise of keys, of random letters, of symbols, or words with their letters shuffled."""
    letters = rng.choice(["".join(wordings), "abcdefghijklmnopqrstuvwxyz"])
    symbols = "".join(rng.choice("@#$%^&*!~?") for _ in range(30))
    return question, rng.choice([_noise(rng, letters), _noise(rng, letters), symbols, _scrambled(rng, answer)])


def repetition(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """The answer twice, a sentence again and again, a word in a loop."""
    sentence = answer.split(". ")[0].rstrip(".") + ". "
    loop = answer + " " + " ".join([rng.choice(["and", "very", "the", "is"])] * rng.randint(20, 40))
    return question, rng.choice([f"{answer} {answer}", sentence * rng.randint(3, 8), loop])


def too_long(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """An answer of thousands of words, none of them said twice in a row."""
    words = _words(answer)
    return question, " ".join(" ".join(rng.sample(words, len(words))) for _ in range(6000 // len(words) + 1))


def cut_off(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """A prose answer cut within a sentence, or within a word."""
    words = _words(answer)
    for _ in range(50):
        at = rng.randint(max(8, len(words) // 3), len(words) - 4)
        if words[at - 1][-1].isalpha() and words[at - 1][0].islower() and words[at][0].islower():
            break
    text = " ".join(words[:at])
    return question, text if rng.random() < 0.6 else f"{text} {words[at][: max(1, len(words[at]) // 2)]}"


def mojibake(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """UTF-8 read as Windows-1252, or with its characters lost."""
    accented = answer.replace("'", "’").replace(" - ", " – ").replace("e", "é", 2)
    if rng.random() < 0.7:
        return question, accented.encode().decode("cp1252", "replace")
    return question, accented.encode("ascii", "replace").decode().replace("?", "\ufffd")


def empty(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """No answer, or no question."""
    return (question, rng.choice(["", " ", "\n", "\u200b"])) if rng.random() < 0.7 else ("  ", answer)


def around(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """A wording around the answer."""
    return question, _filled(rng.choice(wordings), answer, rng)


def instead(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """A wording in the answer's place."""
    return question, _filled(rng.choice(wordings), "", rng)


def echo(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """A wording around the question, in the answer's place."""
    return question, _filled(rng.choice(wordings), question, rng)


def asked(question: str, answer: str, rng: random.Random, wordings: Wordings) -> tuple[str, str]:
    """A wording in the question's place."""
    return _filled(rng.choice(wordings), "", rng), answer


# what an inventory calls the wordings of each kind, and how a row gets its fault
PLANTS: dict[str, tuple[str, Plant]] = {
    "empty": ("", empty),
    "placeholder": ("placeholders", instead),
    "gibberish": ("noise", gibberish),
    "repetition": ("", repetition),
    "too_short": ("short", instead),
    "too_long": ("", too_long),
    "echo": ("echoes", echo),
    "cut_off": ("", cut_off),
    "wrong_language": ("foreign", instead),
    "refusal": ("refusals", instead),
    "prompt_residue": ("residues", around),
    "boilerplate": ("boilerplate", instead),
    "markup": ("markup", around),
    "addresses": ("addresses", instead),
    "mojibake": ("", mojibake),
    "dangling_reference": ("dangling", asked),
    "out_of_date": ("stale", around),
    "near_constant": ("constants", instead),
    "personal_data": ("personal", around),
}


def plant(sets: Sequence[str], rows_a_kind: int, seed: int, inventory: Inventory) -> list[Planted]:
    """Return the sets' own rows, and `rows_a_kind` of them made faulty in each kind that the inventory has."""
    rng = random.Random(seed)
    rows = [row for name in sets for row in realdata.load(name)]
    prose = [row for row in rows if 25 <= len(_words(row["answer"])) < 400 and ". " in row["answer"]]
    asking = [row for row in prose if re.match(r"(?i)(what (are the|causes)|how to|why|how (do|can))", row["question"])]
    planted = [(new_record(row["question"], row["answer"]), "", row["source"]) for row in rows]
    kinds = {kind: found for kind, found in PLANTS.items() if not found[0] or found[0] in inventory}
    for kind, (name, make) in kinds.items():
        for row in rng.choices(asking if kind == "too_short" else prose, k=rows_a_kind):
            question, answer = make(row["question"], row["answer"], rng, inventory.get(name, ()))
            planted.append((new_record(question, answer), kind, row["source"]))
    rng.shuffle(planted)
    records = number_copies(record for record, _, _ in planted)
    return [Planted(record, kind, name) for record, (_, kind, name) in zip(records, planted, strict=True)]


def judge(planted: Sequence[Planted], embedder: Embedder | None = None) -> tuple[set[str], dict[str, set[str]]]:
    """Run the repairs and the signals; return the ids removed, and the names of the signals for each flagged id.

    Without an embedder the texts alone tell. What the reader finds counts by the kind that it names.
    """
    table = to_table(row.record for row in planted)
    repairs = repair.decide(table, CleanConfig())
    mended = settle(table, repairs).kept_table
    tools = load_tools(QualityConfig(), "", embedder) if embedder else Tools()
    values = measuring.measure(mended, learn(mended, word_vectors(embedder)), tools)
    decisions = [*repairs, *quality.decide(values, mended, QualityConfig())]
    signals: defaultdict[str, set[str]] = defaultdict(set)
    for decision in decisions:
        if decision.action in ("flag", "remove"):
            signals[decision.id].add(decision.evidence.get("kind") or decision.evidence["signal"])
    return {decision.id for decision in decisions if decision.action == "remove"}, signals


def report(planted: Sequence[Planted], embedder: Embedder | None = None) -> dict[str, Any]:
    """Give recall by kind (found by any signal, and by its own), and the shares of clean rows removed and flagged."""
    removed, signals = judge(planted, embedder)
    totals: Counter[str] = Counter(row.kind or row.set for row in planted)
    found: Counter[str] = Counter()
    for row in planted:
        key, names = row.kind or row.set, signals.get(row.record.id, set())
        found[key, "any"] += bool(names)
        found[key, "own"] += row.kind in names
        found[key, "removed"] += row.record.id in removed
    kinds = {k: {n: round(found[k, n] / totals[k], 3) for n in ("any", "own", "removed")} for k in PLANTS if totals[k]}
    sets = sorted({row.set for row in planted})
    clean_rows = {
        name: {
            "removed": round(found[name, "removed"] / totals[name], 4),
            "flagged": round(found[name, "any"] / totals[name], 4),
            "n": totals[name],
        }
        for name in sets
    }
    return {"kinds": kinds, "clean": clean_rows}


def read_inventory(name: str) -> Inventory:
    """Read an inventory of `faults/`."""
    inventory: Inventory = json.loads((FAULTS / f"{name}.json").read_text(encoding="utf-8"))
    return inventory


def inventories(names: Sequence[str]) -> list[str]:
    """Put the inventories of the folder that nobody opens in the place of its name: "unread" → "unread/counter"."""
    unread = [f"{UNREAD}/{path.stem}" for path in sorted((FAULTS / UNREAD).glob("*.json")) if path.stem != LOOKALIKES]
    return [found for name in names for found in (unread if name == UNREAD else [name])]


def lookalike_report(seed: int, embedder: Embedder | None = None) -> dict[str, Any]:
    """Count the look-alikes removed and flagged, and by which signals, among clean rows of sets of other fields."""
    pairs = json.loads((FAULTS / UNREAD / f"{LOOKALIKES}.json").read_text(encoding="utf-8"))
    rng, each = random.Random(seed), ROWS_AMONG // len(CLEAN_SETS)
    rows = [(row["question"], row["answer"]) for name in CLEAN_SETS for row in rng.sample(realdata.load(name), each)]
    planted = [
        *(Planted(new_record(question, answer), "", LOOKALIKES) for _, question, answer in pairs),
        *(Planted(new_record(*row), "", "among") for row in rows),
    ]
    rng.shuffle(planted)
    removed, signals = judge(planted, embedder)
    figures: dict[str, Any] = {}
    for name in (LOOKALIKES, "among"):
        ids = [row.record.id for row in planted if row.set == name]
        often = Counter(signal for id_ in ids for signal in signals.get(id_, ()))
        flagged = sum(id_ in signals for id_ in ids)
        figures[name] = {"n": len(ids), "removed": len(removed & {*ids}), "flagged": flagged, "by": dict(often)}
    return figures


def clean_report(rows: int, embedder: Embedder | None = None) -> dict[str, Any]:
    """Give the shares of each real set's rows, as they came, that are removed and flagged, and the commonest flags."""
    figures = {}
    for name in realdata.LOADERS:
        records = number_copies(new_record(row["question"], row["answer"]) for row in realdata.load(name)[:rows])
        planted = [Planted(record, "", name) for record in records]
        removed, signals = judge(planted, embedder)
        often = Counter(signal for names in signals.values() for signal in names).most_common(3)
        shares = {"removed": round(len(removed) / len(planted), 4), "flagged": round(len(signals) / len(planted), 4)}
        figures[name] = {"n": len(planted), **shares, "often": dict(often)}
    return figures


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300, help="faulty rows of each kind")
    names = sorted(path.stem for path in FAULTS.glob("*.json"))
    parser.add_argument("--inventories", nargs="*", default=names, help="names in faults/, or unread")
    parser.add_argument("--clean", action="store_true", help="only false alarms, on every real set, 6,000 rows of each")
    parser.add_argument("--encoder", action="store_true", help="with the signals of the sentence encoder too")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        embedder = Embedder("all-minilm-l6-v2", Path(cache)) if options.encoder else None
        if options.clean:
            print("\n".join(f"{name} {json.dumps(found)}" for name, found in clean_report(6000, embedder).items()))
            return
        for name in inventories(options.inventories):
            planted = plant(CLEAN_SETS, options.rows, options.seed, read_inventory(name))
            print(name, json.dumps(report(planted, embedder), indent=1))
        if UNREAD in options.inventories:
            print(LOOKALIKES, json.dumps(lookalike_report(options.seed, embedder)))


if __name__ == "__main__":
    main()
