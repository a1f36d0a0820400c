"""What most texts of a file begin or end with is found by counting, in any language, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.manners.edges import learn

QUESTIONS = [
    f"{begin} {thing}?"
    for begin in ("How much is", "Who pays for", "When do I get", "Can I cancel")
    for thing in ("the card", "a loan", "an overdraft")
]
ANSWERS = [
    f"{what} {how}."
    for what in ("It costs five pounds", "You pay nothing", "The branch decides", "We send a letter")
    for how in ("each year", "within two days", "if you are over sixty")
]


@pytest.mark.parametrize("token", ["</s>", "<|im_end|>", "###END###", "<END>", "\n\nEND", " [EOS]"])
def test_an_end_token_is_scaffolding_behind(token):
    edges = learn([f"{answer}{token}" for answer in ANSWERS], "answer")
    assert edges.cut(f"Ask the branch.{token}").own == "Ask the branch."
    assert edges.cut("Ask the branch.").own == "Ask the branch."


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("Below is an instruction. Write a response.\n\n### Instruction:\n", "\n\n### Response:"),
        ("A chat between a user and an assistant. USER: ", " ASSISTANT:"),
        ("[INST] ", " [/INST]"),
        ("<|im_start|>system\nYou are kind.<|im_end|>\n<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"),
        ("Question: ", "\nAnswer:"),
        ("Frage: ", "\nAntwort:"),
        ("质问：", "\n回答："),
        ("", "\n\n###\n\n"),
        ("", " ->"),
    ],
)
def test_a_template_around_questions_is_scaffolding_on_both_sides(before, behind):
    edges = learn([f"{before}{question}{behind}" for question in QUESTIONS], "question")
    cut = edges.cut(f"{before}May I go?{behind}")
    assert (cut.before, cut.own, cut.after) == (before, "May I go?", behind)


def test_two_forms_of_a_template_are_both_known():
    plain = [f"Below is a task.\n\n### Instruction:\n{question}\n\n### Response:" for question in QUESTIONS]
    with_input = [
        f"Below is a task with an input.\n\n### Instruction:\nSort it.\n\n### Input:\n{question}\n\n### Response:"
        for question in QUESTIONS
    ]
    edges = learn(plain + with_input, "question")
    assert edges.cut(plain[0]).own == QUESTIONS[0]
    assert edges.cut(with_input[0]).own == f"Sort it.\n\n### Input:\n{QUESTIONS[0]}"


@pytest.mark.parametrize("label", ["Answer: ", "Antwort: ", "答：", "उत्तर: "])
def test_a_label_before_every_answer_is_scaffolding(label):
    edges = learn([f"{label}{answer}" for answer in ANSWERS], "answer")
    assert edges.cut(f"{label}Ask.").own == "Ask."


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", " I hope this helps!"),
        ("", "\n\nMit freundlichen Grüßen\nIhre Bank"),
        ("", " धन्यवाद, आपका दिन शुभ हो।"),
        ("Thanks for asking! ", ""),
    ],
)
def test_words_around_answers_are_no_scaffolding_but_nothing_that_a_row_says(before, behind):
    edges = learn([f"{before}{answer}{behind}" for answer in ANSWERS], "answer")
    text = f"{before}Ask the branch.{behind}"
    assert edges.cut(text).own == text
    assert edges.said(text) == "Ask the branch."


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("Translate into French: ", ""),
        ("Summarize: ", "\nSummary:"),
        ("You are a banker. ", ""),
    ],
)
def test_what_is_asked_of_every_question_is_no_scaffolding(before, behind):
    told = [question.replace("?", ".") for question in QUESTIONS]
    edges = learn([f"{before}{text}{behind}" for text in told], "question")
    assert edges.cut(f"{before}It rains.{behind}").before == ""


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", ""),
        ("Yes. ", ""),
        ("```python\n", "\n```"),
        ('{"answer": "', '"}'),
        ("<p>", "</p>"),
        ("<note>", "</note>"),
    ],
)
def test_content_is_no_edge(before, behind):
    texts = [f"{before}{answer}{behind}" for answer in ANSWERS]
    edges = learn(texts, "answer")
    assert [edges.said(text) for text in texts] == texts


def test_the_first_label_of_a_form_is_no_edge():
    texts = [f"Cost: {answer}\nCause: {other}" for answer, other in zip(ANSWERS, ANSWERS[::-1], strict=True)]
    assert [learn(texts, "answer").said(text) for text in texts] == texts


def test_few_texts_and_copies_of_one_have_no_manner():
    assert not learn([f"{answer}</s>" for answer in ANSWERS[:7]], "answer")
    assert not learn(["Thanks for asking. It costs five pounds.</s>"] * 50, "answer")


def test_what_only_some_texts_have_is_no_manner():
    assert not learn([*ANSWERS, *(f"{answer}</s>" for answer in ANSWERS)], "answer")


def test_the_order_of_texts_counts_for_nothing():
    texts = [f"<s>Answer: {answer}</s>" for answer in ANSWERS]
    assert learn(texts, "answer") == learn(texts[::-1], "answer")
    assert learn(texts, "answer").cut(texts[0]).own == ANSWERS[0]


@given(st.lists(st.text(max_size=40), max_size=20), st.text(max_size=60), st.sampled_from(["question", "answer"]))
def test_a_cut_is_the_text_in_three_parts_of_which_the_middle_can_be_seen(texts, text, role):
    for edges in (learn(texts, role), learn([f"Answer: {one}</s>" for one in texts], role)):
        cut = edges.cut(f"Answer: {text}</s>")
        assert "".join(cut) == f"Answer: {text}</s>"
        assert cut.own.strip()
