"""The verbs that measure bare files, with or without a study around them: score, meta, compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.terminal import console
from studio.terminal.options import JsonOption

ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="OURS=THEIRS, as in prediction=output; repeatable")
]
ClusterOption = Annotated[str, typer.Option("--cluster", help="column whose equal values are drawn together")]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="rows as JSON lines, JSON, CSV, TSV, Excel or Parquet")
]


def score(
    predictions: FileArgument,
    metrics: Annotated[
        list[str] | None, typer.Option("--metric", help="one of them; repeatable; all lexical unless named")
    ] = None,
    columns: ColumnOption = None,
    cluster: ClusterOption = "group",
    rows_out: Annotated[Path | None, typer.Option("--rows", help="also write each row's scores here")] = None,
    as_json: JsonOption = False,
) -> None:
    """Score rows `question, reference, prediction`: every metric with its interval and signature.

    winnow score predictions.jsonl --json
    """
    from evaluation.metrics import score_rows
    from winnow.data.files import write_jsonl

    scored = score_rows(_rows(predictions, columns), metrics, cluster=cluster)
    if rows_out is not None:
        write_jsonl(rows_out, scored.rows_with_scores())
    found = scored.as_dict()
    console.result(found, as_json, _table(found["metrics"]))


def _rows(
    path: Path, columns: list[str] | None, verdicts: list[str] | None = None, needed: Sequence[str] = ("prediction",)
) -> list[Mapping[str, Any]]:
    """Read a bare file, and say on stderr which columns were recognised under another name."""
    from winnow.data.bare_files import read_rows

    rows, found = read_rows(path, _named("--column", columns), _named("--verdict", verdicts), needed)
    if told := found.in_words():
        console.note(f"{path.name}: {told}; name others with --column OURS=THEIRS")
    return rows


def _named(option: str, given: list[str] | None) -> dict[str, str]:
    """Read NAME=VALUE pairs; the value begins after the last "=", since a verdict such as "a=b" may hold one."""
    from winnow.errors import InputError

    if bare := [item for item in given or () if "=" not in item.strip("=")]:
        raise InputError(f"{option} {bare[0]}: write it as NAME=VALUE, as in prediction=output or 1=a")
    return dict(item.rsplit("=", 1) for item in given or ())


def _table(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """Line the figures up: estimate, interval, n, what couldn't be scored."""
    from evaluation.figures import figure

    unscored = {name: f"  {row['unscored']} unscored" if row["unscored"] else "" for name, row in metrics.items()}
    return "\n".join(f"{name:<20} {figure(row)}{unscored[name]}" for name, row in metrics.items())


def meta(
    file: FileArgument,
    metrics: Annotated[list[str] | None, typer.Option("--metric", help="one of them; repeatable")] = None,
    judge: Annotated[
        str | None, typer.Option("--judge", help="also ask this model: a folder, a hub name, or URL[#MODEL]")
    ] = None,
    judge_columns: Annotated[
        list[str] | None,
        typer.Option("--judge-column", help="a column with a judge's own verdicts or scores; repeatable"),
    ] = None,
    columns: ColumnOption = None,
    verdicts: Annotated[
        list[str] | None, typer.Option("--verdict", help="THEIRS=OURS for a human verdict, as in 1=a; repeatable")
    ] = None,
    cluster: ClusterOption = "question",
    as_json: JsonOption = False,
) -> None:
    """Say how well each metric, and a model as a judge, follows people, beside the baselines that it must beat.

    winnow meta judged.jsonl --json
    """
    from evaluation.judge.stage import judge_rows, judge_text
    from evaluation.people.metric_against_people import meta as evaluate_metrics
    from evaluation.people.metric_against_people import meta_text

    rows = _rows(file, columns, verdicts, needed=("human",))
    judged = judge_rows(rows, judge, console.progress) if judge else None
    judges = [*(judge_columns or ()), *(["judge"] if judge else ())]
    found = evaluate_metrics(judged.rows if judged else rows, metrics, judges=judges, cluster=cluster).as_dict()
    steadiness = judged.as_dict() if judged else None
    told = f"{meta_text(found)}\n{judge_text(steadiness)}" if steadiness else meta_text(found)
    console.result({**found, "judge": steadiness}, as_json, told)


def compare(
    answers: Annotated[
        list[Path], typer.Argument(metavar="BASE TUNED…", help="files of answers, any kind of table; the first is base")
    ],
    judgments: Annotated[
        Path | None, typer.Option("--judgments", help="votes on the two files' answers, JSON lines")
    ] = None,
    metrics: Annotated[list[str] | None, typer.Option("--metric", help="one of them; repeatable")] = None,
    columns: ColumnOption = None,
    cluster: ClusterOption = "group",
    viewer_file: Annotated[
        Path | None, typer.Option("--llm-comparator", help="also write the pairs here, for the viewer LLM Comparator")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare files of answers to the same questions: paired differences, win rate, of three and more their strengths.

    winnow compare answers/base.jsonl answers/tuned.jsonl
    """
    from evaluation.answering.answers import to_answers
    from evaluation.comparison.compare import compare_answers, comparison_text
    from evaluation.comparison.pairs import pair_answers
    from evaluation.comparison.several import compare_several, several_text
    from evaluation.people.win_rate import to_votes
    from evaluation.report.llm_comparator import comparator
    from winnow.data.files import read_jsonl, write_json
    from winnow.errors import InputError

    if len(answers) < 2 or (len(answers) > 2 and (judgments or viewer_file)):
        raise InputError(f"{len(answers)} files of answers; give two, or more without --judgments and --llm-comparator")
    names = _names(answers) if len(answers) > 2 else ["base", "tuned"]
    systems = {
        name: to_answers(_rows(path, columns, needed=("id", "prediction")), name, cluster=cluster)
        for name, path in zip(names, answers, strict=True)
    }
    if len(answers) > 2:
        several = compare_several(systems, metrics).as_dict()
        return console.result(several, as_json, several_text(several))
    votes = to_votes(read_jsonl(judgments)) if judgments else []
    paired = pair_answers(systems["base"], systems["tuned"])
    if viewer_file is not None:
        write_json(viewer_file, comparator(paired, votes, (answers[0].stem, answers[1].stem)))
    found = compare_answers(paired, votes, metrics).as_dict()
    console.result(found, as_json, comparison_text(found))


def _names(paths: list[Path]) -> list[str]:
    """Name systems by their files, by whole paths where two files are called the same."""
    from winnow.errors import InputError

    if len(set(paths)) < len(paths):
        raise InputError(f"{', '.join(map(str, paths))}: a file stands here twice; name each once")
    stems = [path.stem for path in paths]
    return stems if len(set(stems)) == len(stems) else [str(path) for path in paths]
