"""The proof's tables: what curation caught, every arm twice, each planned claim with its verdict, the null study.

python -m benchmarks.proof.table --results out --pack pack --data proof --write docs/proof

Everything is computed from the device's values on each question by the product's own metrics, intervals and verdicts.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.proof import null
from benchmarks.proof.plan import PLAN
from evaluation.figures import figure
from evaluation.metrics import chosen, score_each
from evaluation.retention.checks import run_check
from evaluation.retention.items import from_prompts
from evaluation.selections.page import plots
from evaluation.selections.result import SelectionResult
from evaluation.selections.table import TITLES, claim_of, difference, tabulate
from winnow.data.files import read_json, read_jsonl, write_json, write_text
from winnow.models.tokenizer import load_tokenizer
from winnow.statistics import crossed_difference, paired_difference
from winnow.study.general_prompts import read_general_prompts

PRIMARY = PLAN.fields["primary"]
MEASURES = ("loss", "truth", "contradicted", "token_f1", "rouge_l")
KINDS = ("wrong", "truncated", "contradiction", "boilerplate", "markup", "copy", "true")

Line = Mapping[str, Any]


def main() -> None:
    """Print the tables as Markdown; with --write also the figures as JSON and the plots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, required=True, help="folder of the device's results-*.jsonl.gz")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the curated files")
    parser.add_argument("--write", type=Path, help="folder for figures and plots")
    options = parser.parse_args()
    print(Proof(options.results, options.pack, options.data).text(options.write))


class Proof:
    """The results by file, with the held-out questions they are about."""

    def __init__(self, results: Path, pack: Path, data: Path) -> None:
        self.data, self.tokenizer = data, load_tokenizer(PLAN.fields["training"]["base"])
        self.general = json.loads(gzip.decompress((pack / "general.json.gz").read_bytes()))
        self.checks = {item.id: item.check for item in from_prompts(read_general_prompts("demo", Path()))}
        self.lines: defaultdict[str, list[Line]] = defaultdict(list)
        self.null: list[Line] = []
        for line in _lines(results):
            (self.null if line["arm"].startswith("null") else self.lines[line["file"]]).append(line)
        order = [file.name for file in PLAN.files]
        self.files = sorted(self.lines, key=order.index)
        self.groups: dict[str, list[str]] = {}
        self.questions: dict[str, list[Line]] = {}
        for name in {*self.files, *(line["file"] for line in self.null)}:
            self.questions[name] = read_jsonl(data / name / "held_out.jsonl")
            self.groups[name] = [row["group"] for row in self.questions[name]]
        self.results = {name: [self._result(name, line) for line in self.lines[name]] for name in self.files}

    def _result(self, name: str, line: Line) -> SelectionResult:
        """Turn a device's line into the product's result: metrics from its answers, truth from its likelihoods."""
        own = line["answer"]
        texts = [self.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in line["answers"]]
        rows = [
            {"prediction": text, "reference": asked["answer"]}
            for text, asked in zip(texts, self.questions[name], strict=True)
        ]
        scores = {one.name: [score.value for score in score_each(rows, one)] for one in chosen(["token_f1", "rouge_l"])}
        values = {"loss": own, "truth": null.likelier(own, line["other"])}
        values |= {"contradicted": null.likelier(own, line["contradicted"]), **scores}
        identity = f"{name} {line['arm']} {line['budget']} {line['seed']}"
        return SelectionResult(
            line["arm"], line["budget"], line["seed"], identity, line["rows"], line["tokens"], line["updates"],
            "NVIDIA H200", values, line["seconds"], line["seconds"],
        )  # fmt: skip

    def text(self, write: Path | None) -> str:
        """Lay everything out; write figures and plots."""
        parts, figures = [self.caught()], {}
        for name in self.files:
            table = tabulate(self.results[name], self.groups[name], PRIMARY["measure"], PRIMARY["margin"])
            for budget, part in table["tables"].items():
                part["claims"] = list(self.claims(name, budget))
                part["retention"] = self.retention(name, budget)
                part["secondary"] = self.secondary(name, budget)
            figures[name] = table
            parts += [self.file_text(name, table)]
            if write:
                for budget, svg in plots(table).items():
                    write_text(write / f"{name}-{budget}.svg", svg)
        pooled, groups = self.pooled(), self.groups[self.null[0]["file"]] if self.null else []
        parts += [_claims_text("Pooled over the files with 30 % planted", pooled), null.text(self.null, groups)]
        if write:
            found = {"files": figures, "pooled": pooled, "null": null.calls(self.null, groups)}
            write_json(write / "figures.json", found)
        return "\n\n".join(parts)

    def claims(self, name: str, budget: str) -> Iterator[dict[str, Any]]:
        """Judge the planned claims that this file's arms can answer."""
        arms = _arms(self.results[name], budget)
        for claim in PLAN.fields["claims"]:
            if claim["arm"] in arms and claim["against"] in arms:
                sides = claim["arm"], claim["against"], self.groups[name], PRIMARY["measure"], PRIMARY["margin"]
                yield {"claim": claim["claim"], **claim_of(arms, *sides)}

    def pooled(self) -> dict[str, list[dict[str, Any]]]:
        """Judge each claim over the questions of all files at 0.3 together."""
        noisy = [file.name for file in PLAN.files if file.strength == 0.3 and file.name in self.files]
        found: dict[str, list[dict[str, Any]]] = {}
        for budget in TITLES:
            together = _together({name: _arms(self.results[name], budget) for name in noisy})
            groups = [f"{name} {group}" for name in noisy for group in self.groups[name]]
            found[budget] = [
                {
                    "claim": claim["claim"],
                    **claim_of(together, claim["arm"], claim["against"], groups, PRIMARY["measure"], PRIMARY["margin"]),
                }
                for claim in PLAN.fields["claims"]
                if claim["arm"] in together and claim["against"] in together
            ]
        return found

    def retention(self, name: str, budget: str) -> dict[str, dict[str, Any]]:
        """Give each arm's change of right general answers against the base, by set; an item's value is over seeds."""
        right = self._right_by_arm(name, budget)
        (base,) = right.pop("base")
        return {
            arm: {
                kind: paired_difference(
                    base[kind],
                    [fmean(values) for values in zip(*(run[kind] for run in runs), strict=True)],
                    scale=(0.0, 1.0),
                ).as_dict()
                for kind in base
            }
            for arm, runs in right.items()
        }

    def secondary(self, name: str, budget: str) -> dict[str, dict[str, Any]]:
        """Give each arm's planned secondary outcomes against raw, paired by item and seed as the primary one is."""
        arms, right = _arms(self.results[name], budget), self._right_by_arm(name, budget)
        found: dict[str, dict[str, Any]] = {}
        for arm, runs in arms.items():
            if arm not in ("raw", "base"):
                told = {one: difference(arms["raw"], runs, self.groups[name], one) for one in MEASURES[1:]}
                for kind in ("mmlu", "general"):
                    sides = ([run[kind] for run in right[side]] for side in ("raw", arm))
                    told[kind] = crossed_difference(*sides)
                found[arm] = {one: crossed.interval.as_dict() for one, crossed in told.items()}
        return found

    def _right_by_arm(self, name: str, budget: str) -> dict[str, list[dict[str, list[float]]]]:
        """Say by arm, then by seed, of each general item of a set whether it was right."""
        right: defaultdict[str, list[dict[str, list[float]]]] = defaultdict(list)
        for line in sorted(self.lines[name], key=lambda line: line["seed"]):
            if line["budget"] == budget or line["arm"] in ("raw", "base"):
                right[line["arm"]].append(self._right(line))
        return dict(right)

    def _right(self, line: Line) -> dict[str, list[float]]:
        """Say of each general item whether it was right; an answer that can't be read isn't."""
        mmlu = [float(pick == one["right"]) for pick, one in zip(line["mmlu"], self.general["mmlu"], strict=True)]
        texts = [self.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in line["general"]]
        checks = [self.checks[one["id"]] for one in self.general["written"]]
        told = [float(bool(check and run_check(check, text))) for check, text in zip(checks, texts, strict=True)]
        return {"mmlu": mmlu, "general": told}

    def file_text(self, name: str, table: Mapping[str, Any]) -> str:
        """Lay out one file: both tables, then the claims."""
        head = ["arm", "rows", "tokens", "updates", "GPU s", *MEASURES, "loss, against raw", "mmlu", "general"]
        parts = [f"### {name}"]
        for budget, part in table["tables"].items():
            rows = [_row(line, part["retention"]) for line in part["arms"]]
            parts.append(f"{TITLES[budget]}:\n\n{_grid(head, rows)}")
            parts.append(_secondary_text(part["secondary"]))
        return "\n\n".join([*parts, _claims_text("", {key: one["claims"] for key, one in table["tables"].items()})])

    def caught(self) -> str:
        """Say of each planted kind what became of it, and how precise the flags are."""
        rows = []
        for name in self.files:
            found = read_json(self.data / name / "caught.json")
            kinds = found["kinds"]
            shares = [_share_caught(kinds[kind]) if kind in kinds else "" for kind in KINDS]
            bad, looked = found["bad_of_first"]
            flagged = {kind: counts.get("flagged", 0) + counts.get("removed", 0) for kind, counts in kinds.items()}
            all_caught = sum(flagged.values()) - flagged.get("copy", 0)
            right = all_caught - flagged.get("true", 0)
            precision = f"{right}/{all_caught}" if right else ""
            seconds = read_json(self.data / name / "seconds.json")["curation"]
            rows.append([name, *shares, precision, f"{bad}/{looked}" if bad else "", f"{seconds:.0f}"])
        head = ["file", *KINDS, "bad among caught", "bad among the first 200", "CPU s, wall"]
        return f"### What curation caught\n\n{_grid(head, rows)}"


def _lines(folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def _arms(results: Sequence[SelectionResult], budget: str) -> dict[str, list[SelectionResult]]:
    arms: defaultdict[str, list[SelectionResult]] = defaultdict(list)
    for one in sorted(results, key=lambda one: one.seed):
        if one.budget == budget or one.arm == "raw":
            arms[one.arm].append(one)
    return dict(arms)


def _together(files: Mapping[str, Mapping[str, Sequence[SelectionResult]]]) -> dict[str, list[SelectionResult]]:
    """Lay the questions of several files end to end, seed by seed, for the arms that all of them have."""
    known = set.intersection(*(set(arms) for arms in files.values())) if files else set()
    found: dict[str, list[SelectionResult]] = {}
    for arm in sorted(known):
        runs = zip(*(arms[arm] for arms in files.values()), strict=True)
        found[arm] = [
            SelectionResult(
                arm, "", own[0].seed, "", 0, 0, 0, "",
                {PRIMARY["measure"]: [value for one in own for value in one.values[PRIMARY["measure"]]]}, 0.0, 0.0,
            )
            for own in runs
        ]  # fmt: skip
    return found


def _share_caught(counts: Mapping[str, int]) -> str:
    """Write how many of a kind were removed, flagged or mended: 185/192."""
    return f"{sum(counts.values()) - counts.get('left', 0)}/{sum(counts.values())}"


def _row(line: Mapping[str, Any], retention: Mapping[str, Mapping[str, Any]]) -> list[str]:
    means = [line["means"].get(name) for name in MEASURES]
    kept = retention.get(line["arm"], {})
    return [
        *(line["arm"], f"{line['rows']:,}", f"{line['tokens']:,}", str(line["steps"]), f"{line['training_seconds']:g}"),
        *("" if value is None else f"{value:.3f}" for value in means),
        figure(line["against_raw"], "+") if "against_raw" in line else "",
        *(figure(kept[kind], "+") if kind in kept else "" for kind in ("mmlu", "general")),
    ]


def _secondary_text(arms: Mapping[str, Mapping[str, Any]]) -> str:
    head = ["against raw", *next(iter(arms.values()))]
    return _grid(head, [[arm, *(figure(one, "+") for one in own.values())] for arm, own in arms.items()])


def _claims_text(title: str, claims: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    by_claim: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for budget, own in claims.items():
        for claim in own:
            by_claim[claim["claim"]][budget] = claim
    rows = [[text, *(_verdict(own.get(budget)) for budget in TITLES)] for text, own in by_claim.items()]
    grid = _grid(["claim", *(TITLES[budget].lower() for budget in TITLES)], rows)
    return f"### {title}\n\n{grid}" if title else grid


def _verdict(claim: Mapping[str, Any] | None) -> str:
    if claim is None:
        return ""
    told = claim["sentence"].partition("; ")[2].rstrip(".")
    return f"{claim['verdict']}, {figure(claim['difference'], '+')}" + (f"; {told}" if told else "")


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


if __name__ == "__main__":
    main()
