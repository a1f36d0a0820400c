"""The demo's data is what its list says: each planted line shows its kind, each check can be run."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path

import ftfy
import pytest
from rapidfuzz import fuzz

DEMO = Path(__file__).parent.parent / "data" / "demo"
EXPECT = {"removed", "flagged", "repaired", "kept"}
LEAST = {
    "exact_copy": 12,
    "near_copy": 16,
    "paraphrase": 8,
    "truncated_copy": 6,
    "markup_copy": 5,
    "contradiction_number": 6,
    "contradiction_negated": 4,
    "contradiction_entity": 3,
    "contradiction_swapped": 3,
    "truncated": 5,
    "boilerplate": 6,
    "mojibake": 5,
    "off_topic": 6,
    "empty": 4,
    "refusal": 3,
    "prompt_residue": 3,
    "placeholder": 4,
    "personal_data": 6,
    "wrong_language": 3,
    "repetition": 3,
    "gibberish": 2,
    "dangling": 3,
    "echo": 2,
    "template_pair": 20,
    "second_answer": 6,
    "same_answer": 2,
}
KEYS_OF_CHECK = {
    "contains_any": {"values"},
    "contains_all": {"values"},
    "regex": {"pattern"},
    "number": {"value"},
    "max_words": {"n"},
    "min_words": {"n"},
    "bullet_count": {"n"},
    "json": set(),
    "starts_with": {"value"},
    "ends_with": {"value"},
    "language": {"code"},
    "uppercase": set(),
    "lowercase": set(),
    "no_word": {"word"},
}


def read_lines(name: str) -> list[dict]:
    with (DEMO / name).open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


ROWS = read_lines("faq.jsonl")
LISTED = json.loads((DEMO / "planted.json").read_text(encoding="utf-8"))
PLANTED = LISTED["planted"]
GENERAL = read_lines("general.jsonl")


def plain(text: str) -> str:
    """Lower-case words without markup or punctuation."""
    text = re.sub(r"<[^>]+>|\]\([^)]*\)|\*\*answer:\*\*|^#+ .*$", " ", html.unescape(text).lower(), flags=re.MULTILINE)
    return " ".join(re.findall(r"\w+", text))


def of_kind(*kinds: str) -> list[tuple[dict, dict, dict | None]]:
    """Each entry of these kinds with its row and its twin's row."""
    found = [entry for entry in PLANTED if entry["kind"] in kinds]
    assert found, kinds
    return [(e, ROWS[e["line"] - 1], ROWS[e["twin"] - 1] if e["twin"] else None) for e in found]


def test_rows_have_question_and_answer_first() -> None:
    assert LISTED["rows"] == len(ROWS) >= 340
    for row in ROWS:
        assert list(row)[:2] == ["question", "answer"]
        assert set(row) <= {"question", "answer", "source", "metadata"}
        assert isinstance(row["question"], str)
        assert isinstance(row["answer"], str)
    assert any(isinstance(row.get("metadata", {}).get("reviewed"), dict) for row in ROWS)


def test_every_entry_points_at_rows_that_exist() -> None:
    for entry in PLANTED:
        assert list(entry) == ["line", "kind", "twin", "expect", "note"]
        assert 1 <= entry["line"] <= len(ROWS)
        assert entry["expect"] in EXPECT
        assert entry["note"]
        assert entry["twin"] is None or (1 <= entry["twin"] <= len(ROWS) and entry["twin"] != entry["line"])
    lines = Counter(entry["line"] for entry in PLANTED)
    assert max(lines.values()) == 1, "one line, one kind"


def test_each_kind_is_planted_often_enough_and_counted_in_the_readme() -> None:
    counts = Counter(entry["kind"] for entry in PLANTED)
    assert set(counts) == set(LEAST)
    assert all(counts[kind] >= least for kind, least in LEAST.items())
    table = re.findall(r"^\| `(\w+)` \| (\d+) \| (\w+) \|", (DEMO / "README.md").read_text(encoding="utf-8"), re.M)
    assert {kind: int(n) for kind, n, _ in table} == counts
    assert {(e["kind"], e["expect"]) for e in PLANTED} == {(kind, expect) for kind, _, expect in table}


def test_unlisted_rows_are_good_on_their_face() -> None:
    listed = {entry["line"] for entry in PLANTED if entry["expect"] != "kept"}
    good = [row for line, row in enumerate(ROWS, 1) if line not in listed]
    assert len(good) >= 250
    for row in good:
        assert row["question"].endswith(("?", ".")), row
        assert row["answer"].endswith("."), row
        assert 15 <= len(row["answer"].split()) <= 80, row
        assert ftfy.fix_text(row["answer"]) == row["answer"]
    questions = Counter(plain(row["question"]) for row in good)
    second = sum(entry["kind"] == "second_answer" for entry in PLANTED)
    assert sum(n - 1 for n in questions.values()) == second


def test_twins_are_good_rows() -> None:
    flawed = {entry["line"] for entry in PLANTED if entry["expect"] != "kept"}
    assert not [entry for entry in PLANTED if entry["twin"] in flawed]


def test_exact_copies_equal_their_twins() -> None:
    for _, row, twin in of_kind("exact_copy"):
        assert row == twin


def test_near_copies_differ_only_in_form() -> None:
    for entry, row, twin in of_kind("near_copy"):
        assert (row["question"], row["answer"]) != (twin["question"], twin["answer"])
        assert fuzz.token_set_ratio(plain(row["question"]), plain(twin["question"])) >= 75, entry
        assert fuzz.ratio(plain(row["answer"]), plain(twin["answer"])) >= 99, entry


def test_paraphrases_share_their_figures_but_not_their_words() -> None:
    for entry, row, twin in of_kind("paraphrase"):
        assert plain(row["question"]) != plain(twin["question"])
        assert fuzz.ratio(row["answer"], twin["answer"]) < 80, entry
        assert set(re.findall(r"£[\d,]+", row["answer"])) == set(re.findall(r"£[\d,]+", twin["answer"])), entry


def test_truncated_answers_stop_in_mid_sentence() -> None:
    for _, row, twin in of_kind("truncated_copy"):
        assert row["question"] == twin["question"]
        assert twin["answer"].startswith(row["answer"])
        assert len(row["answer"]) < len(twin["answer"])
    for _, row, twin in of_kind("truncated"):
        assert twin is None
        assert row["answer"][-1].isalnum()
        assert [r["question"] for r in ROWS].count(row["question"]) == 1


def test_markup_copies_say_the_same_under_the_markup() -> None:
    for entry, row, twin in of_kind("markup_copy"):
        assert row["question"] == twin["question"]
        assert re.search(r"<\w|&\w+;|\*\*|^#|\]\(", row["answer"])
        assert plain(row["answer"]) == plain(twin["answer"]), entry


def test_contradictions_answer_the_twins_question_otherwise() -> None:
    kinds = ("contradiction_number", "contradiction_negated", "contradiction_entity", "contradiction_swapped")
    for _, row, twin in of_kind(*kinds):
        assert row["question"] == twin["question"]
        assert plain(row["answer"]) != plain(twin["answer"])
    for entry, row, twin in of_kind("contradiction_number"):
        assert fuzz.ratio(row["answer"], twin["answer"]) > 85, entry
    for entry, row, twin in of_kind("contradiction_negated"):
        first, other = row["answer"].split(",")[0], twin["answer"].split(",")[0]
        assert {first, other} == {"Yes", "No"}, entry
    for entry, row, twin in of_kind("contradiction_entity"):
        assert re.findall(r"\d+", row["answer"]) == re.findall(r"\d+", twin["answer"]), entry
    for entry, row, _ in of_kind("contradiction_swapped"):
        owners = [r["question"] for r in ROWS if r["answer"] == row["answer"]]
        assert any(entry["note"].endswith(question) for question in owners), entry


def test_boilerplate_is_one_answer_to_many_questions() -> None:
    rows = [row for _, row, _ in of_kind("boilerplate")]
    assert len({row["answer"] for row in rows}) == 1
    assert len({row["question"] for row in rows}) == len(rows)


def test_mojibake_can_be_repaired() -> None:
    for entry, row, _ in of_kind("mojibake"):
        repaired = ftfy.fix_text(row["answer"], uncurl_quotes=False)
        assert repaired != row["answer"]
        assert entry["note"].endswith(repaired)
        assert "â" not in ftfy.fix_text(row["question"])


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("refusal", r"As an AI|I can't help|I'm sorry|I apologise"),
        ("prompt_residue", r"###|assistant:|<\|im_"),
        ("placeholder", r"\[insert|TODO|\bXX\b|Lorem ipsum|\{\{"),
        ("personal_data", r"\d{4} \d{4}|WEST|@example\.|07700 900|\d\d/\d\d/\d{4}|QQ \d\d"),
        ("wrong_language", r"[äöüßéèà¿ñóá]"),
        ("repetition", r"\b(\w+(?: \w+)*[.]?)(?: (?:and the )?\1){2,}|(\badviser's fees\b.*){3}"),
        ("dangling", r"\b(second one|that cost|same thing|it say)\b"),
    ],
)
def test_marks_of_a_kind_are_in_the_text(kind: str, mark: str) -> None:
    for entry, row, _ in of_kind(kind):
        assert re.search(mark, f"{row['question']}\n{row['answer']}"), entry


def test_empty_rows_lack_a_text_and_echoes_repeat_the_question() -> None:
    for _, row, _ in of_kind("empty"):
        assert not row["question"].strip() or not row["answer"].strip()
    for _, row, _ in of_kind("echo"):
        assert row["answer"] == row["question"]


def test_template_pairs_look_alike_and_differ() -> None:
    for entry, row, twin in of_kind("template_pair"):
        assert fuzz.token_set_ratio(plain(row["question"]), plain(twin["question"])) >= 65, entry
        assert plain(row["question"]) != plain(twin["question"])
        assert plain(row["answer"]) != plain(twin["answer"])


def test_kept_traps_share_exactly_one_side() -> None:
    for _, row, twin in of_kind("second_answer"):
        assert row["question"] == twin["question"]
        assert fuzz.ratio(row["answer"], twin["answer"]) < 70
    for _, row, twin in of_kind("same_answer"):
        assert row["question"] != twin["question"]
        assert row["answer"] == twin["answer"]


def test_documents_are_short_articles_with_a_title() -> None:
    articles = sorted((DEMO / "documents").glob("*.md"))
    assert len(articles) >= 16
    for article in articles:
        text = article.read_text(encoding="utf-8")
        assert text.startswith("# "), article.name
        assert 200 <= len(text.split()) <= 400, article.name


def test_retrieval_questions_name_an_article_that_holds_their_figures() -> None:
    rows = read_lines("retrieval.jsonl")
    assert len({row["question"] for row in rows}) == len(rows) >= 30
    known = [plain(row["question"]) for row in ROWS]
    for row in rows:
        article = (DEMO / "documents" / row["document"]).read_text(encoding="utf-8")
        figures = re.findall(r"£?\d[\d,.]*\d%?|£\d", row["answer"])
        assert all(figure in article for figure in figures), row
        assert max(fuzz.token_sort_ratio(plain(row["question"]), question) for question in known) < 80, row


def test_general_prompts_are_distinct_and_far_from_banking() -> None:
    assert len(GENERAL) >= 260
    assert len({row["kind"] for row in GENERAL}) == 20
    for key in ("id", "prompt"):
        assert len({row[key].lower() for row in GENERAL}) == len(GENERAL)
    banking = re.compile(r"\b(bank|mortgage|loan|savings|credit card|pension|overdraft)\b", re.IGNORECASE)
    assert not [row["prompt"] for row in GENERAL if banking.search(row["prompt"])]


def test_checks_are_well_formed() -> None:
    checks = [row["check"] for row in GENERAL if "check" in row]
    assert len(checks) >= 90
    assert {check["type"] for check in checks} == set(KEYS_OF_CHECK)
    for check in checks:
        assert set(check) - {"type", "keys"} == KEYS_OF_CHECK[check["type"]], check
        assert all(isinstance(value, str) and value for value in check.get("values", [])), check
        re.compile(check.get("pattern", ""))
