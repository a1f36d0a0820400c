"""Two finished studies side by side, read from their folders: the rows that changed, and what that did to the answers.

found = diff_studies(Workspace.find(Path("monday")), Workspace.find(Path("friday")))
found["rows"]["edited"], found["metrics"]["token_f1"]["difference"], found["worse"][0]["nearest"]
print(diff_text(found))

Both tuned models are compared on the held-out rows that the studies share, which neither was trained on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from curation.corpus.light_encoder import LightEncoder
from evaluation.answering.answers import Answer
from evaluation.answering.written import read_written
from evaluation.changes.nearest import Encoders, NearChanges, Worse, near_changes
from evaluation.changes.rows import TrainedOn, changed_rows
from evaluation.comparison.compare import compare_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.figures import change
from evaluation.metrics import METRICS
from evaluation.people.review import review_of
from evaluation.people.vote_log import JudgmentLog
from evaluation.report.history import looks, remember_diff
from evaluation.report.readings import gains
from winnow.config import Config
from winnow.data.files import read_records
from winnow.data.ledger import Decision, settle
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import Vectors, word_vectors
from winnow.study.plan import Plan, read
from winnow.study.plan_fields import held_out_rows
from winnow.study.workspace import Workspace
from winnow.text.words import WORD

LISTED = 7  # questions and changed rows that the terminal shows; all stand in the JSON
LONGEST_SHOWN = 80  # characters of a text in the terminal
KINDS = ("edited", "removed", "added")


@dataclass(frozen=True)
class Finished:
    """What a finished study brings to a comparison; `is_open` while its blind review isn't over."""

    name: str
    plan: Plan
    primary: str
    is_open: bool
    tuned: Sequence[Answer]
    rows: TrainedOn


def diff_studies(before: Workspace, after: Workspace) -> dict[str, Any]:
    """Compare two studies in the JSON form; the settings of the second say by which metrics.

    While a blind review of either is open no answer is among it. It is a look at the held-out rows of both, which their
    histories count. Raises InputError where a study has no tuned answers or no held-out row is in both.
    """
    config = after.config()
    one, two = _finished(before), _finished(after)
    changed = changed_rows(one.rows, two.rows)
    systems = _on_shared_rows(one, two)
    names = list(config.metrics.names)
    compared = compare_answers(pair_answers(systems["base"], systems["tuned"]), (), names, seed=config.seed)
    metric = _primary(two.primary, names)
    asked = [answer.question for answer in systems["base"]]
    encoders = _encoders(config, after, [*asked, *(row.question for row in (*one.rows.train, *two.rows.train))])
    near = near_changes(gains(systems, metric), changed, encoders)
    is_open = one.is_open or two.is_open
    result = content_hash(one.plan.hash, two.plan.hash, canonical_json(compared.as_dict()))
    remember_diff(before, two.name, result)
    if after.root.resolve() != before.root.resolve():
        remember_diff(after, one.name, result)
    return {
        "before": _told(one, looks(before, one.plan)),
        "after": _told(two, looks(after, two.plan)),
        "rows": {kind: [row.as_dict() for row in changed if row.change == kind] for kind in KINDS},
        "shared": len(systems["base"]),
        "metrics": {name: row.as_dict() for name, row in compared.metrics.items()},
        "metric": metric,
        "review_open": is_open,
        **_near(near, is_open),
    }


def _near(near: NearChanges, is_open: bool) -> dict[str, object]:
    return {
        "worse": [_worse(one, is_open) for one in near.worse],
        "suspects": [one.as_dict() for one in near.suspects],
    }


def _worse(one: Worse, is_open: bool) -> dict[str, object]:
    pair = one.gain.pair
    said = {} if is_open else {"before": pair.base.prediction, "after": pair.tuned.prediction}
    nearest = [{"similarity": near.similarity, **near.row.as_dict()} for near in one.nearest]
    asked = {"id": pair.id, "question": pair.question, "reference": pair.reference, "topic_name": pair.topic_name}
    return {**asked, "gain": one.gain.value, **said, "nearest": nearest}


def _told(study: Finished, looked: int) -> dict[str, object]:
    return {"study": study.name, "plan": study.plan.hash, "looks": looked, "training_rows": len(study.rows.train)}


def _finished(workspace: Workspace) -> Finished:
    plan, held_out = read(workspace.plan_file), held_out_rows(workspace)
    path = workspace.answers / "tuned.jsonl"
    if not path.exists():
        raise InputError(f"{path}: the study isn't finished, its tuned model has answered nothing; run: winnow answer")
    tuned = read_written(path).of_plan(plan, held_out)
    review = review_of(plan, JudgmentLog(workspace.judgments_file))
    primary = str((plan.fields.get("outcome") or {}).get("primary", ""))
    return Finished(workspace.root.resolve().name, plan, primary, review.is_open, tuned, _rows(workspace))


def _rows(workspace: Workspace) -> TrainedOn:
    """Read the training rows and where the others ended; a folder without its curation can't say why rows left."""
    train = read_records(workspace.split / "train.jsonl")
    elsewhere = {
        row.id: part.replace("_", "-")
        for part in ("validation", "held_out")
        if (workspace.split / f"{part}.jsonl").exists()
        for row in read_records(workspace.split / f"{part}.jsonl")
    }
    if not workspace.curated.records_file.exists():
        return TrainedOn(train, elsewhere)
    ledger, records = workspace.curated.ledger, workspace.curated.records()
    steps, people = ledger.step_decisions(), ledger.people_decisions()
    edits: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in (*steps, *people):
        if decision.text is not None:
            edits[decision.id].append(decision)
    removed = settle(records, steps, people).removed
    return TrainedOn(train, elsewhere, removed, edits, frozenset(records["id"].to_pylist()))


def _on_shared_rows(one: Finished, two: Finished) -> dict[str, list[Answer]]:
    """Keep the answers to questions that both hold out with the same words; the first study stands as the base."""
    before, after = ({answer.id: answer for answer in study.tuned} for study in (one, two))
    shared = [id_ for id_, answer in before.items() if id_ in after and _asked(answer) == _asked(after[id_])]
    if not shared:
        raise InputError(
            f"{one.name} and {two.name} hold out no row in common, so their answers can't be compared; split the "
            "second with the same rows held out"
        )
    return {"base": [before[id_] for id_ in shared], "tuned": [after[id_] for id_ in shared]}


def _asked(answer: Answer) -> tuple[object, ...]:
    return answer.question, answer.references, answer.context, answer.history, answer.system_prompt


def _primary(planned: str, names: Sequence[str]) -> str:
    """Choose the planned metric; where people decide, the first that has a better direction."""
    directed = [name for name in names if METRICS[name].better != "neither"]
    if not directed:
        raise InputError(f"{', '.join(names)}: neither more nor less is better; add a metric to metrics.names")
    return planned if planned in directed else directed[0]


def _encoders(config: Config, workspace: Workspace, texts: Sequence[str]) -> Encoders:
    """Give word vectors weighted by these texts, and the study's encoder with its cache; both load when used."""
    embedder = Embedder(config.models.embedder, workspace.embeddings)

    def cheap(some: Sequence[str]) -> Vectors:
        vectors = word_vectors(embedder)
        assert vectors is not None, "there is an embedder"
        counts = Counter(word for text in texts for word in set(WORD.findall(text.lower())))
        return LightEncoder(vectors, counts, len(texts)).embed(some)

    return Encoders(cheap, embedder.embed)


def diff_text(found: Mapping[str, Any]) -> str:
    """Lay the JSON form out for a terminal: what changed and why, the differences, what got worse and what is near."""
    one, two = found["before"], found["after"]
    lines = [f"{one['study']} → {two['study']}: {one['training_rows']:,} → {two['training_rows']:,} training rows"]
    for kind, rows in found["rows"].items():
        causes = Counter(row["cause"] for row in rows).most_common()
        lines.append(f"  {kind} {len(rows):,}" + "".join(f"; {cause}: {count:,}" for cause, count in causes))
    looked = f"looked at {one['looks']} and {two['looks']} times, with this"
    lines.append(f"{found['shared']:,} held-out questions in both ({looked}), tuned models' answers:")
    for name, row in found["metrics"].items():
        told = "a difference" if row["is_difference"] else "can't tell a difference"
        lines.append(f"  {name}: {change(row)}: {told}")
    lines.append(f"worse on {len(found['worse'])} by {found['metric']}" + (":" if found["worse"] else ""))
    for asked in found["worse"][:LISTED]:
        lines.append(f"  {asked['gain']:+.2f}  {_short(asked['question'])}")
        lines += [f"         near it: {_row_text(row)} (cosine {row['similarity']:.2f})" for row in asked["nearest"]]
    if found["suspects"]:
        lines.append("changed training rows with most lost around them (a place to look, no proof):")
    for at, row in enumerate(found["suspects"][:LISTED], start=1):
        lines.append(f"  {at}. {_row_text(row)}; {row['effect']:+.2f} around {row['questions']} questions")
        lines.append(f"     {_short(row['before'])} → {_short(row['after'])}; {row['reason']}")
    return "\n".join(lines)


def _row_text(row: Mapping[str, Any]) -> str:
    return f"{row['change']} {_short(row['question'])}"


def _short(text: str) -> str:
    """Cut a text for a line; control characters, which a terminal would act on, are spelt out."""
    return repr(shorten(text, LONGEST_SHOWN, placeholder=" …"))
