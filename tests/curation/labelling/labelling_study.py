"""A small curated file whose rows a person can judge, and settings to label it."""

from __future__ import annotations

from pathlib import Path

from curation.labelling import LabelledStudy
from winnow.config import LabellingConfig
from winnow.data.files import write_table
from winnow.data.ledger import Decision
from winnow.data.records import new_record, to_table
from winnow.study.workspace import Curated

BESIDE = {
    2: {"context": "<i>Abroad</i>: up to three working days."},
    3: {
        "system": "You answer holders of a basic card.",
        "history": ({"role": "user", "content": "=Hello."}, {"role": "assistant", "content": "Good day."}),
    },
}
PAIRS = [
    ("What is an ISA?", "A savings account whose interest is free of tax."),
    ("How do I open an ISA?", "Online or at a branch."),
    ("How long does a transfer take?", "idk"),
    ("What is the daily limit?", "250 pounds."),
    ("What is the daily limit?", "500 pounds."),
    ("How do I close my account?", "Call us or write to us."),
    ("Is my money safe?", "Yes, up to 85,000 pounds are protected."),
    ("Can I change my PIN?", "Yes, at any cash machine."),
    ("How do I report a lost card?", "Call the number on our site at once."),
    ("What does a transfer abroad cost?", "It depends on the country."),
    ("Who won the cup?", "No idea, but buy our insurance!"),
    ("What is an ISA", "A savings account."),
]


def make_curated(root: Path, pairs=PAIRS, flagged=(2, 3, 4), removed=(11,), beside=None) -> Curated:
    """Lay out records and decisions; `beside` gives what stands beside a question, by the place of its row."""
    around = beside or {}
    records = [
        new_record(*pair, source="faq.jsonl", line=line, **around.get(line - 1, {}))
        for line, pair in enumerate(pairs, start=1)
    ]
    curated = Curated(root)
    write_table(curated.records_file, to_table(records))
    ids = [record.id for record in records]
    curated.ledger.write_step(
        1, "duplicates", [Decision(ids[i], "duplicates", "remove", "says the same") for i in removed]
    )
    curated.ledger.write_step(
        2,
        "quality",
        [
            Decision(ids[i], "quality", "flag", "the answer is short", {"signal": "short", "value": 3.0, "limit": 5})
            for i in flagged
        ],
    )
    if {3, 4} <= set(flagged):
        group = {"group": [ids[3], ids[4]]}
        both = [Decision(ids[i], "contradictions", "flag", "another row answers otherwise", group) for i in (3, 4)]
        curated.ledger.write_step(3, "contradictions", both)
    return curated


def config(**given) -> LabellingConfig:
    return LabellingConfig(**{"audit": 2} | given)


def study(curated: Curated, home: Path, settings: LabellingConfig, sample: int = 10) -> LabelledStudy:
    return LabelledStudy(curated, home, settings, seed=0, sample=sample)
