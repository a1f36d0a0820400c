"""Signals of texts that need what isn't in them: a day on which they were true, a text to which they point."""

import pytest

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row
from curation.corpus.told import in_english
from curation.signals.packs import pointing, wordings

WHAT = "How does the service work?"
PROSE = "Warm water loosens the stain, so soak it for an hour before you rub it with soap."


def out_of_date(row: Row, corpus: Corpus) -> Finding:
    return wordings.out_of_date(in_english(row), corpus, NOTHING)


def dangling_reference(row: Row, corpus: Corpus) -> Finding:
    return pointing.dangling_reference(in_english(row), corpus, NOTHING)


@pytest.mark.parametrize(
    "answer",
    [
        "The desk is closed today because of a burst pipe.",
        "Tickets go on sale in nine days.",
        "Only two seats are left on the course!",
        "The price has just gone up to 30 euros.",
        "We moved to a new building a fortnight ago.",
        "Until the end of the month the fee is waived.",
        "During the current lockdown visits are by phone only.",
        "The library is temporarily housed in the town hall.",
        "The minister is to decide on Thursday.",
        "Our app will support this soon.",
        "A decision is expected any day now.",
        "The fees have yet to be announced.",
        "This will be fixed in the next release.",
        "The road is closed until mid-June.",
        "He's currently third in the rankings.",
        "At the moment the queue is short. Soak the cloth for an hour.",
    ],
)
def test_an_answer_that_speaks_from_its_own_day_is_out_of_date(answer):
    assert out_of_date(Row(WHAT, answer), Corpus()).value >= 1


@pytest.mark.parametrize(
    "answer",
    [
        "Your card arrives in three days.",
        "Cash withdrawals are limited to £500 for the next 24 hours.",
        "If the line is down, call us on Monday.",
        "Symptoms usually begin in two weeks.",
        "Pay by the end of the month to avoid interest.",
        "Branches are closed on Sunday and open from Monday to Friday.",
        "School starts in September and the clocks change in March.",
        "The deadline for paper returns is 31 October.",
        "The fixed term lasts until the end of the second year.",
        "The present value is the sum of the discounted payments, and a wire's current is measured in amperes.",
        "In the next step, add the eggs and stir.",
        "Each branch opens in January and closes in June.",
        "The treaty took effect in January 1995.",
        "The account is closed if no money is paid in for a year.",
        "Plants are still growing when they flower.",
    ],
)
def test_an_answer_that_holds_on_any_day_is_sound(answer):
    assert out_of_date(Row(WHAT, answer), Corpus()).value == 0


def test_a_time_that_the_question_names_is_no_defect():
    row = Row("What happened two weeks ago in the story?", "Two weeks ago the ship left port.")
    assert out_of_date(row, Corpus()).value == 0


def test_a_weekday_counts_only_where_the_file_seldom_names_one():
    row = Row(WHAT, "The team will meet on Friday.")
    assert out_of_date(row, Corpus(size=1000, words={"friday": 3})).value == 1
    assert out_of_date(row, Corpus(size=1000, words={"friday": 300})).value == 0


def test_the_words_that_date_an_answer_are_shown():
    assert out_of_date(Row(WHAT, "Soak it. Only two seats are left."), Corpus()).matched == "only two seats are left"


@pytest.mark.parametrize(
    "question",
    [
        "Where do I send this form?",
        "Which of these two should I choose?",
        "Does the same apply to the others?",
        "Could you explain the previous step in more detail?",
        "How do I fix the error shown below?",
        "What is the output of the following?",
        "what is the author's main point here",
        "What did the speaker recommend instead?",
        "how do i do the thing from step 4",
        "Which answer is correct?",
        "Why not?",
        "And if not?",
        "When should I stop taking them?",
        "Is there any way around that?",
        "What should I do with the rest?",
        "What does the last line mean?",
        "Why was mine rejected?",
        "Which of the statements I to IV is incorrect?",
        "Is the dose in the right-hand column meant per day?",
        "What should I enter in the box marked with the arrow?",
        "Which country shaded in green has the longest coast?",
        "As I said on the phone yesterday, can we still change the date?",
        "What were the limitations of the study?",
        "Based on the conversation, what will the woman probably do?",
        "Who of the people listed is the youngest?",
    ],
)
def test_a_question_that_points_beyond_itself_dangles(question):
    assert dangling_reference(Row(question, PROSE), Corpus()).value == 1


@pytest.mark.parametrize(
    "question",
    [
        "Can both parents claim the allowance?",
        "Is the same PIN used for the card and the app?",
        "If no one answers the door, what happens to my parcel?",
        "Which of the two is cheaper, an ISA or a bond?",
        "Who is the author of Hamlet?",
        "How do I sum the values in column B?",
        "Can I use my phone abroad, and what does it cost?",
        "Is there a fee for this kind of transfer?",
        "How do I make a budget that I'll actually keep?",
        "What is the difference between a debit card and a credit card?",
        "Where is the button to freeze a card?",
        "What is the story of Romeo and Juliet about?",
        "What else can I make with sourdough?",
        "Complete the sentence:\nThe cat sat on the",
        "Why do cats purr when they are stroked?",
        "Where is the tracking number for the card you sent me?",
        "Can I reverse my transaction from this morning?",
        "Why did I get less cash than I asked for?",
        "Can a man claim if he retires early?",
        "Who may use the sample form, and is it free?",
        "The bulk of the research evidence suggests that:",
        "Urbanization occurred in the nineteenth century because:",
        "Glucose is transported into the muscle cell:",
        "Why is it that scanners overlooked the exploitation of Heartbleed?",
    ],
)
def test_a_question_that_names_what_it_asks_for_is_sound(question):
    assert dangling_reference(Row(question, PROSE), Corpus()).value == 0


def test_a_pronoun_dangles_where_the_answer_speaks_of_something_else():
    question = "How long does it last in a freezer?"
    assert dangling_reference(Row("Is that stain permanent?", PROSE), Corpus()).value == 1
    assert (
        dangling_reference(Row("Will those berries stain?", "Ripe berries stain cloth for good."), Corpus()).value == 0
    )
    assert dangling_reference(Row(question, PROSE), Corpus()).matched == "it"
