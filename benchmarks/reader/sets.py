"""The sets of questions and answers that the reader is trained and measured on, and which of them it never sees.

rows = clean_rows(TRAINING)["dolly"]      # [Pair("What's …?", "You will …"), …]

Those of `benchmarks.realdata` lie outside the project. The others are read from clones of public repositories, named
in CLONES, that lie side by side in the folder `$WINNOW_READER_CLONES`; a set that isn't there is left out.
"""

from __future__ import annotations

import csv
import html
import io
import json
import os
import random
import re
import subprocess
import textwrap
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import yaml

from benchmarks import realdata

MOST_ROWS = 3000  # of a set: breadth counts, not the length of one file

# repository: licence of its text
CLONES = {
    "emorynlp/selqa": "Apache-2.0",
    "LasseRegin/medical-question-answer-data": "MIT",
    "30-seconds/30-seconds-of-interviews": "MIT",
    "kojima-takeshi188/zero_shot_cot": "CommonsenseQA, MIT",
    "gunthercox/chatterbot-corpus": "BSD-3-Clause",
    "google-deepmind/xquad": "CC BY-SA 4.0",
    "deepset-ai/COVID-QA": "Apache-2.0",
    "nbertagnolli/counsel-chat": "MIT",
    "sudheerj/reactjs-interview-questions": "MIT",
    "uberspot/OpenTriviaQA": "CC BY-SA 4.0",
    "MrJay10/banking-faq-bot": "no licence named, only measured on",
    "aseveryn/deep-qa": "TREC, only measured on",
    "abachaa/LiveQA_MedicalTask_TREC2017": "CC BY 4.0, only measured on",
    "abachaa/MedQuAD": "CC BY 4.0, its graded answers only measured on",
}
TRAINING = (
    "medquad", "tatqa", "halueval", "gsm8k", "mmlu", "self_instruct", "dolly", "conala", "tq",
    "selqa", "doctors", "commonsense", "chat", "passages", "counsel", "react", "quiz",
)  # fmt: skip
HELD_OUT = ("covid_faq", "law", "alpaca", "pandalm", "banking77", "interviews", "bank_faq")
HELD_OUT_INVENTORIES = ("thirteenth_blind", "twentyfifth_blind", "twentysixth_blind")


class Pair(NamedTuple):
    """A question and its answer."""

    question: str
    answer: str


class Graded(NamedTuple):
    """A question, an answer, and whether people found that it answers the question."""

    question: str
    answer: str
    good: bool


def clean_rows(names: Sequence[str], seed: int = 0) -> dict[str, list[Pair]]:
    """Return up to MOST_ROWS rows of each set that is there, without repeats, in the set's own order."""
    found = {}
    for name in names:
        rows = list(dict.fromkeys(row for row in LOADERS[name]() if row.question.strip() and row.answer.strip()))
        chosen = sorted(random.Random(seed).sample(range(len(rows)), min(len(rows), MOST_ROWS)))
        if chosen:
            found[name] = [rows[i] for i in chosen]
    return found


def _shared(path: str) -> Callable[[], list[Pair]]:
    return lambda: [Pair(row["question"], str(row["answer"])) for row in realdata.read(path)]


def _known(name: str) -> Callable[[], list[Pair]]:
    return lambda: [Pair(row["question"], row["answer"]) for row in realdata.load(name)]


def _halueval() -> list[Pair]:
    return [Pair(r["question"], r["answer"]) for r in realdata.read("halueval/general.jsonl.gz") if not r["bad"]]


def _alpaca() -> list[Pair]:
    rows = realdata.read("alpaca/rows.jsonl.gz")
    return [Pair("\n".join(filter(None, (row["instruction"], row["input"]))), row["output"]) for row in rows]


def _blob(repository: str, path: str) -> bytes:
    """Return a file of a clone's newest commit; nothing where the clone isn't there."""
    root = Path(os.environ.get("WINNOW_READER_CLONES", "../clones")) / repository.replace("/", "+")
    place = next((p for p in (root, root / "repo", root / "repo/.git") if (p / "HEAD").exists()), root / ".git")
    if not (place / "HEAD").exists():
        return b""
    return subprocess.run(["git", "-C", str(place), "show", f"HEAD:{path}"], capture_output=True).stdout


def _text(repository: str, path: str) -> str:
    return _blob(repository, path).decode("utf-8", "replace")


def plain(tokens: str) -> str:
    """Set spaces as people do: "He said , `` no '' ." → 'He said, " no ".'"""
    text = re.sub(r"``|''", '"', tokens.replace("\t", " "))
    text = re.sub(r" (n't|'(?:s|re|ve|ll|d|m))\b", r"\1", text)
    text = re.sub(r"\s+([,.;:?!%)\]])", r"\1", text)
    return re.sub(r"([(\[$])\s+", r"\1", text).strip()


def selqa() -> list[Graded]:
    """Sentences of an encyclopaedia's article, graded by people: does it answer the question?"""
    rows = []
    for part in ("dev", "test"):
        for line in _text("emorynlp/selqa", f"ass/selqa-ass-{part}.tsv").splitlines():
            question, sentence, label = line.split("\t")
            rows.append(Graded(plain(question), plain(sentence), label == "1"))
    return rows


def trec() -> list[Graded]:
    """Sentences of newspapers, graded by people; only measured on."""
    rows = []
    for part in ("dev", "test"):
        data = _text("aseveryn/deep-qa", f"jacana-qa-naacl2013-data-results/{part}.xml")
        for found in ElementTree.fromstring(f"<all>{data.replace('&', '&amp;')}</all>"):
            asked = _first_line(found.find("question"))
            rows += [
                Graded(asked, _first_line(one), one.tag == "positive")
                for one in found
                if one.tag in ("positive", "negative")
            ]
    return rows


def _first_line(element: ElementTree.Element | None) -> str:
    return plain((element.text or "").strip().split("\n")[0]) if element is not None else ""


def medical() -> list[Graded]:
    """Answers that a search found below consumers' questions, graded 1 to 4 by people; 3 and 4 are good. Measured."""
    data = _blob("abachaa/MedQuAD", "QA-TestSet-LiveQA-Med-Qrels-2479-Answers.zip")
    if not data:
        return []
    archive = zipfile.ZipFile(io.BytesIO(data))
    files = {Path(name).name: name for name in archive.namelist() if not name.startswith("__")}
    judged = archive.read(files["All-qrels_LiveQAMed2017-TestQuestions_2479_Judged-Answers.txt"]).decode()
    table = archive.read(files["All-2479-Answers-retrieved-from-MedQuAD.csv"]).decode("utf-8", "replace")
    answers = {row["AnswerID"]: row["Answer"] for row in csv.DictReader(io.StringIO(table))}
    rows = []
    questions = medical_questions()
    for line in judged.splitlines():
        number, grade, answer = line.split()[:3]
        if answer in answers and number in questions:
            rows.append(
                Graded(
                    questions[number], answers[answer].split("Answer:", 1)[-1].strip(), int(grade.split("-")[0]) >= 3
                )
            )
    return rows


def medical_questions() -> dict[str, str]:
    """The questions of LiveQA Med 2017 by number, as an assessor put them."""
    path = "TestDataset/TREC-2017-LiveQA-Medical-Test-Questions-w-summaries.xml"
    found = re.findall(
        r'qid="TQ(\d+)">.*?<NIST-PARAPHRASE>(.*?)</NIST-PARAPHRASE>',
        _text("abachaa/LiveQA_MedicalTask_TREC2017", path), re.S,
    )  # fmt: skip
    return {number: html.unescape(question).strip() for number, question in found}


def _doctors() -> list[Pair]:
    rows = []
    for name in ("questionDoctorQAs", "icliniqQAs"):
        for row in json.loads(_text("LasseRegin/medical-question-answer-data", f"{name}.json") or "[]"):
            answer = re.sub(r"(for further information.*)?-->\s*<link>|<link>|…$", "", row["answer"]).strip()
            if "…" not in answer[-3:] and len(answer.split()) > 3 and "<" not in answer:
                rows.append(Pair(row["question"].strip(), answer))
    return rows


def _interviews() -> list[Pair]:
    rows = json.loads(_text("30-seconds/30-seconds-of-interviews", "data/questions.json") or "[]")
    return [Pair(row["question"], row["answer"]) for row in rows]


def _commonsense() -> list[Pair]:
    rows = []
    data = _text("kojima-takeshi188/zero_shot_cot", "dataset/CommonsenseQA/train_rand_split.jsonl")
    for row in map(json.loads, data.splitlines()):
        choices = {one["label"]: one["text"] for one in row["question"]["choices"]}
        rows.append(Pair(row["question"]["stem"], choices[row["answerKey"]]))
    return rows


def _chat() -> list[Pair]:
    return list(_dialogues("english", ("tech_support", "coding", "food", "health", "history", "science", "trivia")))


def _dialogues(language: str, topics: Sequence[str]) -> Iterator[Pair]:
    for topic in topics:
        data = _text("gunthercox/chatterbot-corpus", f"chatterbot_corpus/data/{language}/{topic}.yml")
        for turns in yaml.safe_load(data)["conversations"] if data else ():
            yield Pair(str(turns[0]), str(turns[1]))


def _passages() -> list[Pair]:
    """Questions on a passage, answered with the passage's own sentence that holds the answer."""
    rows = []
    found = json.loads(_text("google-deepmind/xquad", "xquad.en.json") or '{"data": []}')
    for paragraph in (part for article in found["data"] for part in article["paragraphs"]):
        for asked in paragraph["qas"]:
            at, text = asked["answers"][0]["answer_start"], paragraph["context"]
            begin = max(text.rfind(". ", 0, at) + 2, 0) if ". " in text[:at] else 0
            end = text.find(". ", at)
            rows.append(Pair(asked["question"], text[begin : end + 1 if end > 0 else len(text)]))
    return rows


def _counsel() -> list[Pair]:
    """What therapists answered to people who wrote to them."""
    table = io.StringIO(_text("nbertagnolli/counsel-chat", "data/20200325_counsel_chat.csv"))
    rows = csv.DictReader(table)
    return [Pair(f"{row['questionTitle']} {row['questionText']}".strip(), row["answerText"].strip()) for row in rows]


def _react() -> list[Pair]:
    """Headings of a list of questions for interviews, and what stands below each, code and all."""
    text = _text("sudheerj/reactjs-interview-questions", "README.md")
    found = re.findall(r"(?ms)^\d+\. ### (.+?)\n(.+?)(?=^\d+\. ### |^## |\Z)", text)
    cut = re.compile(r"(?i)\s*\*\*\[⬆.*|!\[[^\]]*\]\([^)]*\)")
    return [Pair(asked.strip(), textwrap.dedent(cut.sub("", told)).strip()) for asked, told in found]


def _quiz() -> list[Pair]:
    """Questions of a quiz with the right one of their answers."""
    rows = []
    for name in ("history", "geography", "science-technology", "literature", "sports", "world"):
        text = _text("uberspot/OpenTriviaQA", f"categories/{name}")
        rows += [Pair(*map(str.strip, found)) for found in re.findall(r"(?ms)^#Q (.+?)\n\^ (.+?)$", text)]
    return rows


def _bank_faq() -> list[Pair]:
    table = io.StringIO(_text("MrJay10/banking-faq-bot", "BankFAQs.csv"))
    return [Pair(row["Question"].strip(), row["Answer"].strip()) for row in csv.DictReader(table)]


def _selqa_good() -> list[Pair]:
    best: defaultdict[str, str] = defaultdict(str)
    for row in selqa():
        if row.good:
            best[row.question] = best[row.question] or row.answer
    return [Pair(question, answer) for question, answer in best.items()]


LOADERS: dict[str, Callable[[], list[Pair]]] = {
    **{name: _known(name) for name in ("medquad", "tatqa", "covid_faq", "gsm8k", "mmlu", "self_instruct", "banking77")},
    "halueval": _halueval,
    "pandalm": _known("pandalm"),
    "dolly": _shared("dolly/qa.jsonl.gz"),
    "conala": _shared("conala/qa.jsonl.gz"),
    "tq": _shared("tq/qa.jsonl.gz"),
    "law": _shared("law/qa.jsonl.gz"),
    "alpaca": _alpaca,
    "selqa": _selqa_good,
    "doctors": _doctors,
    "interviews": _interviews,
    "commonsense": _commonsense,
    "chat": _chat,
    "passages": _passages,
    "counsel": _counsel,
    "react": _react,
    "quiz": _quiz,
    "bank_faq": _bank_faq,
}
