from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.preservation.dialogues import Dialogue, answer_fault, question_fault, repeated_share
from curation.preservation.sieve import REASONS, pick_diverse, sieve
from curation.preservation.stage import load_writing_model, preserve_workspace, token_budget
from curation.preservation.writing import DialogueLog, Writer
from tests.serving import url
from winnow.config import Config, PreservationConfig
from winnow.data.files import read_jsonl, write_jsonl
from winnow.errors import InputError, WinnowError
from winnow.models.chat import pre_query_prefix
from winnow.progress import silent
from winnow.study.workspace import Workspace

SPECIAL = ["<|im_start|>", "<|im_end|>"]
LOOP = "and then we go " * 8


@pytest.mark.parametrize(
    ("question", "finished", "reason"),
    [
        ("How do I bake bread?", True, None),
        ("  ", True, "empty"),
        ("How do I bake a loaf of", False, "unfinished"),
        ("Hello there", True, "few_words"),
        ("Translate these words:", True, "ends_with_colon"),
        ("What is yeast?<|im_start|>assistant", True, "role_leak"),
        ("What is yeast?\n\nAssistant: A fungus.", True, "role_leak"),
        (LOOP, True, "repeated"),
    ],
)
def test_a_question_is_rejected_for_its_own_faults(question, finished, reason):
    fault = question_fault(question, finished, SPECIAL, 0.25)
    assert (fault and fault.reason) == reason


@pytest.mark.parametrize(
    ("answer", "finished", "reason"),
    [
        ("Paris.", True, None),
        ("", True, "empty"),
        ("It depends on", False, "unfinished"),
        ("user\nWhat else?", True, "role_leak"),
        ("The user: a person who uses something.", True, None),
        ("See the model://registry for more.", True, None),
        (LOOP, True, "repeated"),
    ],
)
def test_an_answer_is_rejected_for_its_own_faults(answer, finished, reason):
    fault = answer_fault(answer, finished, SPECIAL, 0.25)
    assert (fault and fault.reason) == reason


def test_the_share_of_repeated_4_grams_is_counted_by_hand():
    words = [
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "h",
        "i",
        "j",
        "k",
        "a",
        "b",
        "c",
        "d",
    ]  # 12 four-grams, one of them again
    assert repeated_share(" ".join(words)) == pytest.approx(1 / 12)
    assert repeated_share("to be or not to be or not") == 0.0, "too short to tell"


def make(number, question, answer="Gladly, here is a short and plain answer.", **changes):
    return Dialogue(number, question, answer, True, True, 10, **changes)


@pytest.fixture(scope="module")
def embed(tmp_path_factory):
    from winnow.models.embedder import Embedder

    return Embedder("all-minilm-l6-v2", tmp_path_factory.mktemp("embeddings")).embed


def no_fault(dialogue):
    return None


def test_each_sieve_gives_its_reason_and_the_funnel_adds_up(embed):
    history = ({"role": "user", "content": "What is a standing order?"}, {"role": "assistant", "content": "A rule."})
    dialogues = [
        make(0, "How do I bake a loaf of bread?"),
        make(1, "how do i bake a loaf of BREAD"),
        make(2, "How can I bake a loaf of bread?"),
        make(3, "What is a standing order?"),
        make(4, "What exactly is a standing order?"),
        make(5, "And how do I cancel it?", history=history),
        make(6, "Wie backe ich ein gutes Brot?", "Mischen Sie das Mehl mit Wasser, Salz und Hefe und warten Sie."),
        make(7, "How can I break into a house?", "I'm sorry, but I can't help with that."),
        make(8, "Name the planets of the solar system."),
        make(9, "Say something nice to a friend of mine."),
    ]
    config = PreservationConfig(near_duplicate=0.95, leak=0.9, refusals=0.02)
    made = sieve(dialogues, no_fault, embed, ["What is a standing order?"], config, budget=1000, seed=0)
    reasons = {dialogue.number: fault.reason for dialogue, fault in made.rejected}
    assert reasons == {
        1: "same_question",
        2: "near_duplicate",
        3: "leak",
        4: "leak",
        5: "leak",
        6: "wrong_language",
        7: "refusal",
    }
    assert [dialogue.number for dialogue in made.kept] == [0, 8, 9]
    evidence = {row["number"]: row["evidence"] for row in made.rejected_rows()}
    assert evidence[1]["twin"] == evidence[2]["twin"] == 0
    assert evidence[2]["score"] >= 0.95
    assert evidence[4]["twin"] == "What is a standing order?"
    assert evidence[6] == {"value": "de", "wanted": "en"}


def test_refusals_stay_up_to_their_share(embed):
    topics = ["bread", "tax law", "the moon", "tulips", "Bach", "judo", "chess", "otters", "glass", "rust"]
    rows = [make(n, f"Tell me about {topic}, please.") for n, topic in enumerate(topics)]
    rows[2:4] = [make(n, rows[n].question, "I'm sorry, but I can't help with that.") for n in (2, 3)]
    made = sieve(rows, no_fault, embed, [], PreservationConfig(refusals=0.1), budget=1000, seed=0)
    assert [(d.number, fault.reason) for d, fault in made.rejected] == [(3, "refusal")]


def test_second_turns_count_with_what_came_before(embed):
    def after(question):
        return ({"role": "user", "content": question}, {"role": "assistant", "content": "Like this."})

    rows = [
        make(0, "Can you say more?", history=after("How do I bake a loaf of bread?")),
        make(1, "Can you say more?", history=after("Name the planets of the solar system.")),
    ]
    made = sieve(rows, no_fault, embed, [], PreservationConfig(), budget=1000, seed=0)
    assert len(made.kept) == 2
    assert made.kept_rows()[0]["history"][0]["content"] == "How do I bake a loaf of bread?"


def test_the_diversity_pick_takes_from_each_cluster_the_row_nearest_to_its_centre():
    near = np.array([[1, 0.02], [1, 0], [1, -0.02], [0, 1], [0.02, 1], [-0.02, 1]], dtype=np.float32)
    assert pick_diverse(near, [5] * 6, budget=10, seed=0) == {1, 3}
    assert pick_diverse(near, [5] * 6, budget=29, seed=0) != set(range(6))
    assert pick_diverse(near, [5] * 6, budget=30, seed=0) == set(range(6))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 40)), max_size=40),
    st.integers(0, 300),
    st.integers(0, 3),
)
def test_kept_and_rejected_make_what_was_written_within_the_budget(rows, budget, seed):
    """Any mixture of repeats and lengths: nothing is lost, nothing twice, the budget holds, the seed decides."""
    dialogues = [
        Dialogue(n, f"What is {letter}?", "It is so.", True, True, size) for n, (letter, size) in enumerate(rows)
    ]

    def embed_by_letter(texts):
        return (
            np.eye(8, dtype=np.float32)[[ord(text[8]) % 8 for text in texts]] if texts else np.empty((0, 8), np.float32)
        )

    made, again = (
        sieve(dialogues, no_fault, embed_by_letter, [], PreservationConfig(), budget, seed) for _ in range(2)
    )
    numbers = [d.number for d in made.kept] + [d.number for d, _ in made.rejected]
    assert sorted(numbers) == list(range(len(rows)))
    assert made.funnel["written"] == made.funnel["kept"] + sum(made.funnel[reason] for reason in REASONS)
    assert made.tokens <= budget
    assert made.kept_rows() == again.kept_rows()
    assert len({row["id"] for row in made.kept_rows() + made.rejected_rows()}) == len(rows)


SMALL = PreservationConfig(batch_size=4, max_question_tokens=48, max_answer_tokens=16, max_rows=8)


@pytest.fixture(scope="module")
def written(smollm2_model, tmp_path_factory):
    """Two chunks of four dialogues, and the log they left."""
    log = DialogueLog(tmp_path_factory.mktemp("written") / "log.jsonl")
    writer = Writer(smollm2_model, smollm2_model.tokenizer, SMALL, seed=5)
    return writer.write(log, wanted_tokens=10**9), log.path


@pytest.mark.slow
def test_the_real_model_asks_and_answers_itself(written):
    dialogues, _ = written
    assert [d.number for d in dialogues] == [0, 1, 2, 3, 8, 9, 10, 11]
    asked = [d for d in dialogues if d.question_finished]
    assert len(asked) >= 4, "most self-written questions end by themselves"
    assert len({d.question for d in dialogues}) == 8, "each chunk has its own seed"
    assert all(d.answer and d.tokens > 1 for d in asked if len(d.question.split()) > 3 and not d.question.endswith(":"))


@pytest.mark.slow
def test_a_run_killed_at_any_point_ends_with_the_same_bytes(written, smollm2, smollm2_model, tmp_path):
    """A process is killed after its first chunk and half a line of the second; this one goes on."""
    code = (
        "import os, sys; from pathlib import Path\n"
        "from curation.preservation.writing import DialogueLog, Writer\n"
        "from winnow.config import PreservationConfig; from winnow.models.load import load_local_model\n"
        "class Killed(DialogueLog):\n"
        "    def append(self, chunk):\n"
        "        super().append(chunk)\n"
        "        with self.path.open('a') as out: out.write('[{\"number\": 8, \"ques')\n"
        "        os.kill(os.getpid(), 9)\n"
        "model = load_local_model(sys.argv[1])\n"
        "small = PreservationConfig.model_validate_json(sys.argv[3])\n"
        "Writer(model, model.tokenizer, small, 5).write(Killed(Path(sys.argv[2])), 10**9)"
    )
    path = tmp_path / "log.jsonl"
    done = subprocess.run([sys.executable, "-c", code, str(smollm2), str(path), SMALL.model_dump_json()], check=False)
    assert done.returncode == -9
    dialogues = Writer(smollm2_model, smollm2_model.tokenizer, SMALL, seed=5).write(DialogueLog(path), 10**9)
    assert dialogues == written[0]
    assert path.read_bytes() == written[1].read_bytes()


@pytest.mark.slow
def test_a_finished_log_is_only_read_again(written, smollm2_model):
    class Silent:
        usual_batch, tokenizer = 8, smollm2_model.tokenizer

    again = Writer(Silent(), smollm2_model.tokenizer, SMALL, seed=5).write(DialogueLog(written[1]), 10**9)
    assert again == written[0]


def test_own_prompts_are_answered_first_and_alone_where_asked(smollm2_model, tmp_path):
    only = PreservationConfig(
        **{**SMALL.model_dump(), "prompts_only": True, "second_turn": 1.0, "max_answer_tokens": 40}
    )
    prompts = ["What is the capital of France?", "Say hello in one word:"]
    log = DialogueLog(tmp_path / "log.jsonl")
    writer = Writer(smollm2_model, smollm2_model.tokenizer, only, seed=0)
    dialogues = writer.write(log, wanted_tokens=10**9, prompts=prompts)
    assert [d.question for d in dialogues[:2]] == prompts
    assert {d.origin for d in dialogues[:2]} == {"prompt"}
    assert dialogues[0].answer
    assert writer.fault(dialogues[1]) is None or writer.fault(dialogues[1]).reason != "ends_with_colon"
    second = dialogues[2:]
    assert second, "a faultless first turn gets a second one"
    assert second[0].history[0]["content"] in prompts
    assert len({d.number for d in dialogues}) == len(dialogues)


def test_a_damaged_log_is_one_line(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('[{"number": 1}]\n')
    with pytest.raises(WinnowError, match="damaged"):
        DialogueLog(path).read()


def test_the_budget_is_the_share_of_all_trained_tokens(smollm2_tokenizer):
    answers = ["Paris.", "One two three."]
    domain = sum(len(smollm2_tokenizer(answer)["input_ids"]) + 1 for answer in answers)
    assert token_budget(smollm2_tokenizer, answers, 0.5) == domain
    assert token_budget(smollm2_tokenizer, answers, 0.0) == 0


# Whatever the base asks itself, it answers the user's own prompt in a few words.
ONE_SHORT_ANSWER = {"batch_size": 2, "max_question_tokens": 16, "max_answer_tokens": 16, "max_rows": 3, "share": 0.5}
ONE_SHORT_ANSWER |= {"prompts": "own.jsonl"}


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path)
    write_jsonl(tmp_path / "own.jsonl", [{"prompt": "What is the capital of France?"}])
    rows = [
        {"question": f"What does card {n} cost?", "answer": f"Card {n} costs {n} pounds a month."} for n in range(8)
    ]
    write_jsonl(workspace.split / "train.jsonl", rows)
    write_jsonl(workspace.split / "held_out.jsonl", [{"id": "a", "question": "What is a card?", "answer": "Plastic."}])
    return workspace


def test_the_stage_writes_every_row_once_and_isnt_run_again(workspace):
    config = Config(preservation=PreservationConfig(**ONE_SHORT_ANSWER))
    summary = preserve_workspace(workspace, config, silent)
    folder = workspace.preservation
    kept, rejected = read_jsonl(folder / "preservation.jsonl"), read_jsonl(folder / "rejected.jsonl")
    assert summary["funnel"]["written"] == len(kept) + len(rejected)
    assert sum(row["tokens"] for row in kept) == summary["tokens"] <= summary["budget"]
    assert all(row["kind"] == "preservation" and row["question"] and row["answer"] for row in kept)
    assert all(row["reason"] in REASONS for row in rejected)
    assert preserve_workspace(workspace, config, silent)["current"]
    assert json.loads((folder / "funnel.json").read_text())["funnel"] == summary["funnel"]


def test_a_share_of_nothing_writes_no_rows(workspace):
    summary = preserve_workspace(workspace, Config(preservation=PreservationConfig(share=0)), silent)
    assert summary["funnel"]["written"] == 0
    assert read_jsonl(workspace.preservation / "preservation.jsonl") == []


def test_before_the_split_it_says_what_to_run(tmp_path):
    with pytest.raises(InputError, match="winnow split"):
        preserve_workspace(Workspace(tmp_path), Config(), silent)


def test_a_budget_smaller_than_any_row_is_an_error_that_names_both_and_the_remedy(workspace):
    changes = {**ONE_SHORT_ANSWER, "share": 0.01, "prompts_only": True}
    with pytest.raises(InputError, match=r"0.01 .* is 1 tokens, and the shortest self-written row has \d+; raise"):
        preserve_workspace(workspace, Config(preservation=PreservationConfig(**changes)), silent)
    assert [row["reason"] for row in read_jsonl(workspace.preservation / "rejected.jsonl")] == ["over_budget"]


def test_rows_that_were_all_rejected_are_an_error_that_counts_the_reasons(workspace):
    changes = {"batch_size": 2, "max_question_tokens": 8, "max_answer_tokens": 8, "max_rows": 2}
    with pytest.raises(InputError, match=r"none of the 2 self-written rows can be used \(\d unfinished"):
        preserve_workspace(workspace, Config(preservation=PreservationConfig(**changes)), silent)


@pytest.mark.slow
def test_a_server_with_the_same_model_writes_in_the_models_place(server, smollm2_model, workspace):
    changes = {**ONE_SHORT_ANSWER, "server": url(server)}
    summary = preserve_workspace(workspace, Config(preservation=PreservationConfig(**changes)), silent)
    written = [body for path, body, _ in server.seen if path.endswith("/completions")]
    assert all("messages" not in body for body in written), "the empty user turn is raw text: no chat could hold it"
    assert pre_query_prefix(smollm2_model.tokenizer) in [body["prompt"] for body in written]
    assert summary["funnel"]["written"] == 3
    kept = read_jsonl(workspace.preservation / "preservation.jsonl")
    assert "Paris" in next(row["answer"] for row in kept if row["origin"] == "prompt")


def test_unsloth_without_a_gpu_says_what_to_set():
    with pytest.raises(InputError, match="no NVIDIA GPU; set preservation"):
        load_writing_model("smollm2-135m-instruct", PreservationConfig(writer="unsloth"))
