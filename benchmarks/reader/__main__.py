"""Prepare, train and measure the reader.

    python -m benchmarks.reader prepare --out work            # sets and clones → work/reader.npz
    python -m benchmarks.reader train --out work [--rate .002 --rank 16 …]    # → work/trained/
    python -m benchmarks.reader measure --out work            # → the table, and limits

The first takes minutes on two cores, the second a minute on a GPU and hours without.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, replace
from pathlib import Path


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader", description=__doc__)
    parser.add_argument("what", choices=("prepare", "train", "measure"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="folder of the sentence encoder; the packaged one by default")
    parser.add_argument("--name", default="trained", help="folder below OUT for weights and figures")
    parser.add_argument("--ship", type=Path, help="folder to put calibrated weights and figures into")
    parser.add_argument("--a-kind", type=int, default=2400, help="faulty rows of each kind to train on")
    for name, default in (
        ("epochs", 4),
        ("batch", 128),
        ("rate", 2e-3),
        ("rank", 16),
        ("wrong_weight", 1.0),
        ("seed", 0),
    ):
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    options = parser.parse_args()
    examples = options.out / "reader.npz"
    if options.what == "prepare":
        from benchmarks.reader.prepare import prepare

        options.out.mkdir(parents=True, exist_ok=True)
        print(json.dumps(prepare(examples, _model(options), options.a_kind, options.seed), indent=1))
    elif options.what == "train":
        from benchmarks.reader.examples import read_examples
        from benchmarks.reader.train import Recipe, train

        given = {one.name: getattr(options, one.name) for one in fields(Recipe) if hasattr(options, one.name)}
        train(read_examples(examples), _model(options), replace(Recipe(), **given), options.out / options.name)
    else:
        from benchmarks.reader.measure import measure

        print(json.dumps(measure(options.out, options.name, options.ship), indent=1))


def _model(options: argparse.Namespace) -> Path:
    if options.model is None:
        from winnow.models.names import resolve_embedder

        return Path(resolve_embedder("all-minilm-l6-v2"))
    return Path(options.model)


if __name__ == "__main__":
    main()
