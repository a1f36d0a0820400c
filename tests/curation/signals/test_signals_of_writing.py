"""What pages, prompts and writers leave in a text, beside sound texts that look alike."""

from __future__ import annotations

import pytest

from curation.corpus.corpus import Corpus, learn
from tests.curation.signals.signalled import is_found
from winnow.data.records import new_record, number_copies, to_table

WHAT = "What is an overdraft?"
TEXT = "An overdraft is a loan on your account, which you repay when money comes in."


@pytest.mark.parametrize(
    "answer",
    [
        f"**{TEXT}**",
        f"## Reply\n\n{TEXT}",
        f"> {TEXT}",
        f"__{TEXT}__",
        f"```text\n{TEXT}\n```",
        f"{TEXT}[^2]",
        f"| Reply | {TEXT} |\n|---|---|",
        f"== Reply ==\n{TEXT}",
        f"h2. Reply\n{TEXT}",
        f".. warning::\n\n   {TEXT}",
        f"[spoiler]{TEXT}[/spoiler]",
        f"<w:p>{TEXT}</w:p>",
        f'<para id="a7">{TEXT}</para>',
        f"%3Cdiv%3E{TEXT}%3C/div%3E",
        f"\\u003cem\\u003e{TEXT}",
        f"\\smallskip {TEXT} \\newpage",
        f"{TEXT} :thumbs_up:",
    ],
)
def test_markup_of_any_tool_is_found(answer):
    assert is_found("markup", WHAT, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (WHAT, "It costs 5 * 3 * 2 pounds; a < b, c > d, and x_1 is not x_2."),
        (WHAT, "Rates: 3 # a day, 4 # a week. Ask by 10:30, or see 3:16."),
        ("How do I write bold text in Markdown?", "Put it between stars: **so**."),
        ("Show it as a table.", "| Fee | Day |\n|---|---|\n| 5 | 1 |"),
        ("Which function starts it?", "Python calls __init__ when the object is made."),
    ],
)
def test_signs_that_say_something_are_no_markup(question, answer):
    assert not is_found("markup", question, answer)


def test_markdown_is_no_residue_in_a_file_that_is_written_in_it():
    rows = [
        (f"What is the fee of account {n}?", f"**Fee**: {n} pounds a day, and {n + 1} from May.") for n in range(50)
    ]
    corpus = learn(to_table(number_copies(new_record(*row) for row in rows)))
    assert not is_found("markup", *rows[0], corpus)
    assert is_found("markup", WHAT, f"## Reply\n{TEXT}", corpus), "headings aren't this file's manner"
    assert is_found("markup", *rows[0], Corpus())


@pytest.mark.parametrize(
    "answer",
    [
        f"Rephrased in plain words for a layperson: {TEXT}",
        f"{TEXT} (I have kept to the requested tone and word limit.)",
        f"{TEXT}\n\nNote: the wording was simplified as the prompt required.",
        f"{TEXT}\n\nConfidence: 0.7",
        f"[09:12] agent_smith: {TEXT}",
        f"Nurse: {TEXT}",
        f"[Admin] {TEXT}",
        f"Question 12. {TEXT}",
        f'{{"answer": "{TEXT}"}}',
        f'role: "assistant" {TEXT}',
        f"Okay, the client wants a simple reply. {TEXT}",
        f"Let me think this through step by step. {TEXT}",
        f"As a friendly bank assistant, I would say: {TEXT}",
        f"Based on the passage you provided, {TEXT}",
        f"Absolutely! {TEXT}",
        f"{TEXT} [end of reply]",
        f"{TEXT}\n---\nQuestion 3:",
        f"Verdict: {TEXT}",
    ],
)
def test_what_a_prompt_or_its_writer_left_is_found(answer):
    assert is_found("prompt_residue", WHAT, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (WHAT, f"Note: {TEXT}"),
        (WHAT, f"In short: {TEXT} (See your contract.)"),
        (WHAT, f"{TEXT} The bank asks for a reason, and keeps a note of your answer."),
        ("Rewrite this sentence in a formal tone: give me cash.", "Formal version of the sentence: I request cash."),
        ("When does the branch open?", "From 9:30 to 16:00; on Fridays: 9:30 to 12:00."),
        (
            "What if somebody asks for cash?",
            "Where the customer wants cash, the user may open the till; ask for a name.",
        ),
        ("How do I send it?", 'Send an object of one field, such as {"value": "a"}.'),
        ("Write a dialogue of a nurse.", "Nurse: Good day. How do you feel?"),
        ("Why did he not wait?", "The faction could wait no longer."),
        ("What does the model predict?", "The score of the model rises with each step."),
    ],
)
def test_an_answer_that_speaks_of_its_matter_is_no_residue(question, answer):
    assert not is_found("prompt_residue", question, answer)


@pytest.mark.parametrize(
    "answer",
    [
        f"{WHAT} Let me explain.",
        f"I understand that you would like to know the following: {WHAT}",
        f"As for '{WHAT}', we are happy to address this topic.",
        f"{WHAT} This is a common question, see below.",
    ],
)
def test_a_question_said_again_with_idle_words_around_it_is_an_echo(answer):
    assert is_found("echo", WHAT, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (WHAT, f"{WHAT} A loan."),
        ("Can I leave early?", "Can I leave early? Not always."),
        ("Is it free of charge?", "Yes, it is free of charge."),
    ],
)
def test_a_question_said_again_and_answered_is_no_echo(question, answer):
    assert not is_found("echo", question, answer)


@pytest.mark.parametrize(
    "answer", ["Haven't a clue, sorry.", "idk, never had one", "Couldn't tell you.", "Your guess is as good as mine."]
)
def test_who_passes_in_a_few_words_refuses(answer):
    assert is_found("refusal", WHAT, answer)


@pytest.mark.parametrize("answer", ["You can't say it in one word: a loan.", "Guess the PIN three times and it locks."])
def test_an_answer_with_the_same_words_is_no_refusal(answer):
    assert not is_found("refusal", WHAT, answer)


def test_a_number_or_a_sign_explains_nothing():
    assert is_found("too_short", "Why was my card declined?", "42")
    assert is_found("too_short", "How do I close my account?", "👍")
    assert not is_found("too_short", "How long does it take?", "10 days")
