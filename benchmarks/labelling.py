"""How fast the embedded Argilla is: starts, a push, pages, searches, filters, and people submitting at once.

python -m benchmarks.labelling --records 20000 --json labelling.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from benchmarks.realdata import load
from curation.labelling import LabelledStudy, pull, push, rows
from curation.labelling.argilla import credentials
from curation.labelling.argilla import server as argilla_server
from winnow.config import LabellingConfig
from winnow.data.files import write_table
from winnow.data.ledger import Decision
from winnow.data.records import new_record, to_table
from winnow.study.workspace import Curated

PUSHED = 5_000
PEOPLE = tuple(f"person-{n}" for n in range(8))
SUBMISSIONS = 25  # a person
REQUESTS = 100
DIMENSIONS = 384


def main() -> None:
    """Measure everything on one server and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        home = root / "labelling"
        try:
            figures = measure(root, home, asked.records)
        finally:
            argilla_server.stop(home)
    for name, value in figures.items():
        print(f"{name:44} {value}")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2))


def measure(root: Path, home: Path, records: int) -> dict[str, Any]:
    """Start, push, fill, start again, then ask and submit."""
    figures: dict[str, Any] = {}
    figures["first start, s"] = start(home)
    settings = LabellingConfig(audit=0, annotators=PEOPLE, overlap=len(PEOPLE))
    with timed(figures, f"push of {PUSHED} records, s"):
        push(rows(LabelledStudy(curated(root / "few", PUSHED), home, settings)), random_vectors)
    with timed(figures, f"push of the other {records - PUSHED}, s"):
        asked = rows(LabelledStudy(curated(root / "all", records), home, settings))
        pushed = push(asked, random_vectors)
    with timed(figures, f"push again of all {records}, s"):
        push(rows(LabelledStudy(curated(root / "all", records), home, settings)), random_vectors)
    argilla_server.stop(home)
    figures["later start, s"] = start(home)
    figures["memory after the start, MiB"] = memory(home)
    dataset = pushed.urls["winnow"].split("/")[4]
    figures |= searches(home, dataset)
    figures |= submissions(home, dataset)
    with timed(figures, "pull, s"):
        pull(asked)
    figures["memory at the end, MiB"] = memory(home)
    return figures


def start(home: Path) -> float:
    """Start the server and return the seconds until it answers."""
    began = time.perf_counter()
    argilla_server.serve(home, port=0, background=True)
    return round(time.perf_counter() - began, 1)


def memory(home: Path) -> int:
    """Return the server's resident memory in MiB."""
    server = argilla_server.running(home)
    return int(psutil.Process(server.pid).memory_info().rss / 2**20) if server else 0


@contextmanager
def timed(figures: dict[str, Any], name: str) -> Iterator[None]:
    """Note the seconds of a block."""
    began = time.perf_counter()
    yield
    figures[name] = round(time.perf_counter() - began, 1)


def curated(root: Path, count: int) -> Curated:
    """Write a curated folder of real rows, numbered so that none repeats, all flagged."""
    rows = load("medquad")
    chosen = [rows[n % len(rows)] for n in range(count)]
    records = [new_record(f"{r['question']} ({n})", r["answer"], "medquad", n + 1) for n, r in enumerate(chosen)]
    made = Curated(root)
    write_table(made.records_file, to_table(records))
    flags = [
        Decision(record.id, "quality", "flag", "sampled", {"signal": f"signal {n % 7}", "value": n / count})
        for n, record in enumerate(records)
    ]
    made.ledger.write_step(1, "quality", flags)
    return made


def random_vectors(texts: Any) -> np.ndarray:
    """Stand in for an embedder, whose time isn't the server's."""
    return np.random.default_rng(0).normal(size=(len(texts), DIMENSIONS)).astype(np.float32)


def client(home: Path, name: str) -> httpx.Client:
    """Sign in as the web UI does."""
    server, known = argilla_server.running(home), credentials.load(home)
    assert server is not None
    password = known.password if name == known.username else known.people[name]
    answer = httpx.post(f"{server.url}/api/v1/token", data={"username": name, "password": password}, timeout=60)
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=120)


def searches(home: Path, dataset: str) -> dict[str, Any]:
    """Ask for pages, texts, filters, sorts and neighbours as an annotator's page does."""
    path = f"/me/datasets/{dataset}/records/search"
    pending = {"type": "terms", "scope": {"entity": "response", "property": "status"}, "values": ["pending"]}
    signal = {"type": "terms", "scope": {"entity": "metadata", "metadata_property": "signal"}, "values": ["signal 3"]}
    score = {"type": "range", "scope": {"entity": "metadata", "metadata_property": "score"}, "ge": 0.2, "le": 0.4}
    by_score = [{"scope": {"entity": "metadata", "metadata_property": "score"}, "order": "desc"}]
    words = ["diabetes", "heart disease", "treatment -cancer", "symptom*", '"what are"', "gene | mutation"]
    vector = [1.0] * DIMENSIONS
    asked: dict[str, Callable[[int], dict[str, Any]]] = {
        "page of 10 pending": lambda n: {"filters": {"type": "and", "and": [pending]}},
        "text search": lambda n: {"query": {"text": {"q": words[n % len(words)]}}},
        "filter by term and range": lambda n: {"filters": {"type": "and", "and": [signal, score]}},
        "filter, text and sort": lambda n: {
            "query": {"text": {"q": words[n % len(words)]}},
            "filters": {"type": "and", "and": [pending, signal]},
            "sort": by_score,
        },
        "similar records": lambda n: {"query": {"vector": {"name": "similar", "value": vector}}},
    }
    figures = {}
    with client(home, PEOPLE[0]) as person:
        for name, body in asked.items():
            pages = {"limit": 10, "include": ["responses", "suggestions"]}
            seconds = [
                timing(person, path, json=body(n), params={**pages, "offset": 10 * (n % 5)}) for n in range(REQUESTS)
            ]
            figures[f"{name}, ms p50 / p95"] = spread(seconds)
    return figures


def submissions(home: Path, dataset: str) -> dict[str, Any]:
    """Let eight people submit at once, each as fast as the server answers."""
    with client(home, credentials.OWNER) as owner:
        page = owner.get(f"/datasets/{dataset}/records", params={"limit": SUBMISSIONS}).json()["items"]
    body = {"status": "submitted", "values": {"verdict": {"value": "keep"}, "correctness": {"value": 4}}}
    seconds: list[float] = []
    people = [client(home, name) for name in PEOPLE]

    def work(person: httpx.Client) -> None:
        for record in page:
            seconds.append(timing(person, f"/records/{record['id']}/responses", json=body))

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = len(PEOPLE) * SUBMISSIONS - len(seconds)
    return {f"{len(PEOPLE)} people submit at once, ms p50 / p95": spread(seconds), "of them failed": failed}


def timing(person: httpx.Client, path: str, **request: Any) -> float:
    """Return the seconds of a request; raises where the server refuses."""
    began = time.perf_counter()
    person.post(path, **request).raise_for_status()
    return time.perf_counter() - began


def spread(seconds: list[float]) -> str:
    """Write the median and the 95th percentile in milliseconds."""
    return " / ".join(f"{np.percentile(seconds, part) * 1000:.0f}" for part in (50, 95))


if __name__ == "__main__":
    main()
