"""Figures in words: an interval, a paired difference, the planned outcome, the headline of a report.

>>> figure({"estimate": 0.5, "low": 0.4, "high": 0.6, "n": 50})
'0.500 [0.400, 0.600] n=50'
>>> side_leaning({"first_share": {"low": 0.6, "high": 0.9}})
': biased to the first position'
>>> lone_text({"base": ["q0", "q1"], "tuned": []})
'only in base: 2 (q0, q1)'
>>> exact(0.031), exact(0.0002)
('exact p = 0.031', 'exact p < 0.001')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.export.parity import Parity, parity_text

Report = Mapping[str, Any]

MAX_IDS_LISTED = 10
SMALLEST_P = 0.001  # below it three digits would say 0.000

NO_HEADLINE = "no headline"
CONTEXT_MEANING = (
    "The same model asked closed-book and with the context before the question: a difference that includes zero says "
    "that it can't be told whether the context is used at all."
)


def headline(report: Report) -> str:
    """Say the planned outcome first, then the metrics; "can't tell" is an answer."""
    plan, comparison = report["plan"], report["comparison"]
    amended = ", amended after data were seen" if plan["amendments"] else ""
    lines = [
        f"Base against tuned on {comparison['pairs']} held-out questions (plan {plan['hash'][:8]}{amended})",
        primary(report),
    ]
    shown = {name: standing(report, name) for name in comparison["metrics"]}
    lines += [f"  {name}: {change(row)}" for name, row in comparison["metrics"].items() if shown[name] != NO_HEADLINE]
    if hidden := [name for name, word in shown.items() if word == NO_HEADLINE]:
        lines.append(f"  {', '.join(hidden)}: no headline, not clearly above the baselines with these reviewers")
    return "\n".join(lines)


def standing(report: Report, metric: str) -> str:
    """Say whether a metric may stand in a headline: what people said of these very answers decides."""
    people = report["people"]
    if not people:
        return "not checked against people"
    row = people["metrics"].get(metric)
    return "follows people" if row and row["beats_baseline"] else NO_HEADLINE


def notices(report: Report) -> list[str]:
    """List what qualifies every figure: amendments, a silent server, an exploratory run, earlier looks, old votes."""
    lines = [
        f"Amended after data were seen, {a['at']}: {', '.join(a['changed'])}. {a['why']}"
        for a in report["plan"]["amendments"]
    ]
    if server := report["plan"]["server"]:
        lines.append(
            f"{server['url']} wasn't asked again: the plan is held against what the server said of its model "
            "when the base's answers were made."
        )
    if report["training"]["exploratory"]:
        lines.append("The tuned model is of an exploratory run: it was trained without a plan.")
    lines += [
        f"{name} read other answers than these and isn't shown; let it judge again: winnow judge {judge['model']}"
        for name, judge in report["judges"].items()
        if not judge["current"]
    ]
    if (look := report.get("look", 1)) > 1:  # the studio shows reports from before looks were counted, too
        lines.append(
            f"This is look {look} at these held-out rows: what was changed after an earlier one fits them a "
            "little. Rows that nobody has looked at would settle it."
        )
    if lone := lone_text(report["comparison"]["only_in"]):
        lines.append(f"Answers without counterpart are in no figure of base against tuned: {lone}".replace("\n", "; "))
    if report["review"]["open"]:
        lines.append(
            "The blind review isn't over: no pair of answers is shown here, and votes of people who haven't ended "
            "aren't counted. Write the report again afterwards: winnow report"
        )
    if reviewed := review_text(report["review"]):
        lines.append(reviewed)
    if old := report["old_votes"]["of_amended_plans"]:
        lines.append(f"{old} votes were cast under a plan that was amended since; they aren't counted.")
    if old := report["old_votes"]["before_the_answers"]:
        lines.append(f"{old} votes are older than the answers below: they may be about other answers.")
    return lines


def review_text(review: Mapping[str, Any]) -> str:
    """Say who has read and who may know the systems, from the JSON form.

    "1 of 2 planned reviewers has finished: ada (finished, 40 pairs), ben (still reading, 6 pairs). cy opened …"
    """
    people = ", ".join(f"{one['name']} ({one['state']}, {one['judged']} pairs)" for one in review["reviewers"])
    done = sum(one["finished"] for one in review["reviewers"])
    said = []
    if review["raters"] or people:
        asked = (
            f"{done} of {review['raters']} planned reviewers finished" if review["raters"] else "no review is planned"
        )
        said.append(f"{asked}: {people}." if people else f"{asked}.")
    said += [
        f"{waiver['person']} saw the answers' systems during the review, and won't review ({waiver['at']})."
        for waiver in review["waivers"]
    ]
    return " ".join(said)


def primary(report: Report) -> str:
    """Say of the planned outcome, one metric or the win rate, which side is better, or that it can't be told."""
    outcome = report["plan"]["outcome"]["primary"]
    comparison = report["comparison"]
    if outcome != "win_rate":
        row = comparison["metrics"].get(outcome)
        if row and standing(report, outcome) == NO_HEADLINE:
            return f"Primary outcome {outcome}: can't tell, it isn't clearly above the baselines with these reviewers."
        return f"Primary outcome {outcome}: {finding(row) if row else 'not among the metrics of the plan'}."
    votes = comparison["judgments"]
    if not votes or not votes["items"]:
        reading = sum(not one["finished"] for one in report["review"]["reviewers"])
        whose = f"{reading} reading, none has finished" if reading else "nobody has read the answers blind"
        return f"Primary outcome win rate: can't tell yet, {whose}."
    rate, counts = votes["win_rate"], counts_text(votes)
    if rate["estimate"] is None:
        return f"Primary outcome win rate: can't tell, no pair was decided ({counts})."
    word = "tuned wins" if rate["estimate"] > 0.5 else "base wins"
    said = word if votes["is_difference"] else "can't tell"
    asked, done = report["review"]["raters"], sum(one["finished"] for one in report["review"]["reviewers"])
    if done < asked:
        said = f"not decided yet, {done} of {asked} planned reviewers finished"
    return f"Primary outcome win rate of tuned: {figure(rate)}, {how_tested(votes)}: {said} ({counts})."


def counts_text(votes: Mapping[str, Any]) -> str:
    """Write what the pairs came to: "8 wins, 9 losses, 15 ties, 7 both bad", and where reviewers disagree."""
    counts = "{wins} wins, {losses} losses, {ties} ties, {both_bad} both bad".format(**votes)
    return counts + (f", {votes['disagreements']} on which reviewers disagree" if votes["disagreements"] else "")


def finding(row: Mapping[str, Any]) -> str:
    """Name the better side where the interval of the difference excludes zero, else "can't tell"; then the figures."""
    if not row["is_difference"]:
        return f"can't tell ({change(row)})"
    better = (row["difference"]["estimate"] > 0) != (row["better"] == "lower")
    return f"{'tuned is better' if better else 'base is better'} ({change(row)})"


def change(row: Mapping[str, Any]) -> str:
    """Write base → tuned and the difference with its interval and n."""
    base, tuned, difference = row["base"], row["tuned"], row["difference"]
    if base["estimate"] is None or tuned["estimate"] is None:
        return f"can't tell: {difference.get('reason', 'nothing could be scored')}"
    return f"{base['estimate']:.3f} → {tuned['estimate']:.3f}, difference {figure(difference, '+')}{doubt(row)}"


def doubt(row: Mapping[str, Any]) -> str:
    """Say why a difference that the items seen would tell can't be told, and what can; else nothing.

    "; rare large differences could hide among 40 items, though 30 improved and 10 regressed (exact p = 0.002)"
    """
    if not is_doubted(row):
        return ""
    counts = f"{row['improved']} improved and {row['regressed']} regressed"
    return f"; {row['difference']['reason']}, though {counts} ({exact(row['sign_p'])})"


def is_doubted(row: Mapping[str, Any]) -> bool:
    """Tell whether the interval of a difference has its bounds and yet a reason to say nothing."""
    return row["difference"]["low"] is not None and "reason" in row["difference"]


def exact(p: float) -> str:
    """Write the p value of an exact test: "exact p = 0.031", "exact p < 0.001", never "p = 0.000"."""
    return f"exact p = {p:.3f}" if p >= SMALLEST_P else f"exact p < {SMALLEST_P}"


def figure(interval: Mapping[str, Any], sign: str = "") -> str:
    """Write an estimate with its 95 % interval and n; an estimate of None is "can't tell" with its reason."""
    if interval["estimate"] is None:
        return f"can't tell: {interval.get('reason', '')}"
    if interval["low"] is None:
        return f"{interval['estimate']:{sign}.3f} [no interval: {interval.get('reason', '')}] n={interval['n']}"
    low, high = (f"{interval[end]:{sign}.3f}" for end in ("low", "high"))
    return f"{interval['estimate']:{sign}.3f} [{low}, {high}] n={interval['n']}"


def compared_selections(table: Mapping[str, Any]) -> str:
    """Say what a comparison of selections rests on: which rows were asked, and whether a frozen plan says so."""
    planned = (
        f"As planned, plan {table['plan'][:8]}" if table["plan"] else "Exploratory: no frozen plan says these arms"
    )
    return (
        f"The same recipe was trained on several selections of the rows and asked {table['rows']} {table['asked']} "
        f"rows. {planned}. Differences in {table['measure']} are paired by row and seed; both count as drawn at random."
    )


def how_tested(votes: Mapping[str, Any]) -> str:
    """Write the exact test's p, and that groups of like questions count once where there are any.

    Where the review could stop early: after how many pairs it was decided, and what a fixed one would have asked for.
    """
    together = f" over {votes['groups']} groups of like questions, each drawn as one" if votes["groups"] else ""
    if looks := votes.get("stopping"):
        return f"an interval that holds at every look{together}: {_looks_text(looks)}"
    return f"{exact(votes['p'])}{together}"


def _looks_text(looks: Mapping[str, Any]) -> str:
    """Write "decided after 21 of 50 pairs; 21 votes were cast, a fixed review asks for 50, about 18 min more"."""
    decided = looks["decided_after"]
    told = (
        f"decided after {decided} of {looks['pairs']} pairs"
        if decided
        else f"{looks['judged']} of {looks['pairs']} pairs read, not decided"
    )
    spared = f", about {looks['minutes_spared']} min more" if looks["minutes_spared"] else ""
    return f"{told}; {looks['votes']} votes were cast, a fixed review asks for {looks['fixed_votes']}{spared}"


def side_leaning(judge: Mapping[str, Any]) -> str:
    """Name the side a judge leans to whatever stands there; empty where the interval includes one half."""
    low, high = judge["first_share"]["low"], judge["first_share"]["high"]
    if low is None or low <= 0.5 <= high:
        return ""
    return f": biased to the {'first' if low > 0.5 else 'second'} position"


def exports(training: Mapping[str, Any]) -> list[str]:
    """Say of each export in how many answers it differs from the trained adapter."""
    return [f"{parity_text(name, Parity.from_json(found))}." for name, found in (training.get("parity") or {}).items()]


def lone_text(only_in: Mapping[str, Sequence[str]]) -> str:
    """Name the ids that only one side has, a line a side: "only in base: 2 (q0, q1)"."""
    return "\n".join(
        f"only in {side}: {len(ids)} ({', '.join(ids[:MAX_IDS_LISTED])}{', …' if len(ids) > MAX_IDS_LISTED else ''})"
        for side, ids in only_in.items()
        if ids
    )
