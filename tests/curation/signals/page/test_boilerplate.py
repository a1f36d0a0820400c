"""Placeholders, furniture of pages and personal data as people write them, beside sound texts that look like them."""

from __future__ import annotations

import pytest

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row
from curation.corpus.told import in_english
from curation.signals.packs import wordings
from curation.signals.slots import slots
from winnow.text.personal_data import mask, patterns

TREAT = "How is asthma treated in old age?"
LABELS = Corpus(usual_words=3)


def placeholder(row: Row, corpus: Corpus) -> Finding:
    return wordings.placeholder(in_english(row), corpus, slots(row, corpus))


def boilerplate(row: Row, corpus: Corpus) -> Finding:
    return wordings.boilerplate(in_english(row), corpus, NOTHING)


@pytest.mark.parametrize(
    "answer",
    [
        "KB_ARTICLE_12_BODY",
        "answer_12",
        "Answer 12",
        "Your %s has been %s by %s.",
        "Dear {0}, your order {1} has shipped.",
        "[Describe the cause in two sentences]",
        "<describe how to reset the meter>",
        "asdf test test 123",
        "<<STUDENT_OFFICE_REPLY>>",
        "[object Object]",
        "*** macro 'refund' not found ***",
        "See attachment 3 - attachment missing",
        "Text goes here text goes here",
        "It costs EUR xx.xx per month.",
        "The offer is valid until DD/MM/YYYY.",
        "The dose is ??? mg per day.",
        "Takes effect on TBC.",
        "#SPILL!",
        "Text folgt",
        "Needs rewriting",
    ],
)
def test_a_text_that_was_never_written_is_found(answer):
    assert placeholder(Row(TREAT, answer), Corpus()).value >= 0.5


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which law forbids it?", "Article 12"),
        ("Which gene is meant?", "SDF-1"),
        ("Which disorder is it?", "ASD"),
        ("Which song opens the record?", "Here comes the sun."),
        ("How long can a tweet be?", "Up to 280 characters."),
        ("At what age may one vote?", "It is legal to vote at 18."),
        ("What do I need?", "You need a certified copy of your passport."),
        ("What is the interval?", "[0, 1]"),
        ("Name three fruits.", "[apple, pear, plum]"),
        ("How does one write a half?", "\\frac{1}{2}"),
        ("What did she set?", "A new record."),
        ("Which name has the flag?", "MAX_VALUE"),
        ("Write a program that fills a string.", "printf('%s', name);"),
        ("What is 40 % of 50?", "20, since 50 times 40% is 20."),
        ("Whom do I ask?", "Ask your doctor."),
    ],
)
def test_a_sound_answer_is_no_placeholder(question, answer):
    assert placeholder(Row(question, answer), Corpus()).value < 0.5


@pytest.mark.parametrize("answer", ["TODO: ask Ben", "n/a", "test", "#NUM!", "This page intentionally left blank."])
def test_only_what_is_certain_is_worth_a_removal(answer):
    assert placeholder(Row(TREAT, answer), Corpus()).value == 1.0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What do you call somebody who can't see?", "Blind"),
        ("What is left of a cheque that was torn out?", "Stub"),
        ("Which state of the tank sounds the alarm?", "Empty"),
        ("What kind of exam comes before the real one?", "Mock"),
        ("Which colour scheme does a new account have?", "Default"),
    ],
)
def test_a_word_that_can_be_an_answer_is_never_removed(question, answer):
    assert placeholder(Row(question, answer), Corpus()).value < 1.0


@pytest.mark.parametrize(
    "answer",
    [
        "Skip to main content",
        "Sent from my iPhone",
        "Reply | Quote | Report post | Permalink",
        "Thread closed.",
        "Page not found. The page you are looking for may have been moved.",
        "All our agents are busy at the moment. Your place in the queue is important to us.",
        "Opening hours: Monday to Thursday 9 a.m. to 4 p.m., closed on public holidays.",
        "Advertisement - article continues below",
        "Priority changed from P3 to P2.",
        "Buy now and get 10% off!",
        "Past performance is no guarantee of future results.",
        "0 of 3 people found this review helpful",
        "Delivery has failed to these recipients",
        "Please turn off your ad blocker.",
    ],
)
def test_what_only_stands_around_answers_is_found(answer):
    assert boilerplate(Row(TREAT, answer), Corpus()).value >= 0.5


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What makes light in space?", "Neutron stars."),
        ("How do I train my core?", "Hold the plank for thirty seconds."),
        ("What is the cake made of?", "Made with flour and eggs."),
        ("How does the engine work?", "Powered by steam, its wheel turns."),
        ("How many came?", "3 of 5"),
        ("When may I visit the museum?", "Closed on Sundays."),
        ("What happens to old tickets?", "They are closed after two weeks."),
        ("How can I pay?", "By card, in cash or by bank transfer."),
        ("Who won?", "It received 270 votes in the end."),
        ("What does error 404 mean?", "The server has no page at that address."),
    ],
)
def test_a_sound_answer_is_no_furniture(question, answer):
    assert boilerplate(Row(question, answer), Corpus()).value < 0.5


def test_a_few_words_are_no_furniture_in_a_file_of_labels():
    assert boilerplate(Row("How is it sold?", "Free shipping"), LABELS).value == 0
    assert boilerplate(Row("Where is it shown?", "Search results page"), LABELS).value == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tel. 030 23125 817, Frau Kessel", "PHONE"),
        ("Fone (11) 98471-2036", "PHONE"),
        ("Tel: 03-5321-8846", "PHONE"),
        ("call me on 612 345 678", "PHONE"),
        ("(+44) 7911 123456", "PHONE"),
        ("her cell: 4155550172", "PHONE"),
        ("fax +49 (0)30 / 123 45-67", "PHONE"),
        ("ES91 2100 0418 45 0200051332", "IBAN"),
        ("ES91-2100-0418-4502-0005-1332", "IBAN"),
        ("PL61.1090.1014.0000.0712.1981.2874", "IBAN"),
        ("cc no 4111.1111.1111.1111", "CARD"),
        ("anna dot lindqvist at nordbanken dot se", "EMAIL"),
        ("lena(dot)vogt(at)praxis-sonnenhof(dot)de", "EMAIL"),
        ("jane[@]mailbox[.]net", "EMAIL"),
        ("Source IP [fe80::1c3d:52ff:fea9:7710]", "IP"),
        ("from 2001:db8::1", "IP"),
        ("SSN: 412673085", "SSN"),
    ],
)
def test_personal_data_are_found_in_any_grouping(text, kind):
    assert [span.kind for span in patterns(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "open 09.00-17.00 and 08.30 - 12.30, from 12/05/2020 to 14/05/2020",
        "call 2019-2020 a season; the phone costs 1 299 000; mobile 4 500 000 users",
        "a population of 612 345 678 and article no. 0123-456",
        "HLA-DRB1*15:01, chr7:127471196-127495720, NM_000546.6:c.215C>G, NCT01234567",
        "3.14159265358979 at 12:30:45, 1:2:3:4:5, std::vector, a::b, abc::def",
        "look at the polka dot dress, then sign up at example.com",
        "write to us at info (at) mailbox (dot) net, or toll-free on 1-800-555-0199",
        "my account number is 12345678; Cell 2010; 141(1): 117-134",
        "PL61 1090 1014 0000 0712 1981 2875 and 4111.1111.1111.1112 fail their checks",
        "dial 123-456-7890 as an example, or 18003182596 for free",
    ],
)
def test_other_numbers_and_words_are_nobodys(text):
    assert patterns(text) == []


def test_only_the_number_behind_its_label_is_masked():
    assert mask("Tel.: 030 23125 817 (Kessel)") == "Tel.: [PHONE] (Kessel)"
    assert mask("ring Ann on\u00a007911\u00a0123456") == "ring Ann on\u00a0[PHONE]"
