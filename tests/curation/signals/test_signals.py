"""Each signal on rows that a person can judge: a fault it must see beside what it must leave alone."""

from __future__ import annotations

import math

import pytest

from curation.corpus.corpus import Corpus, learn
from curation.corpus.rows import Row
from curation.corpus.tools import Tools
from curation.signals.measuring import SIGNALS
from tests.curation.signals.signalled import is_found
from winnow.data.records import new_record, number_copies, to_table

PROSE = (
    "An overdraft lets you spend more than you have. The bank charges interest on what you owe. "
    "You can ask for a higher limit in the app, and most customers hear back within a day."
)


def table_of(*pairs):
    return to_table(number_copies(new_record(question, answer) for question, answer in pairs))


WHAT = "What is an overdraft?"
FAULTY = [
    ("empty", WHAT, " \n\u200b"),
    ("empty", "", PROSE),
    ("placeholder", WHAT, "TODO"),
    ("placeholder", WHAT, "[insert answer here]"),
    ("placeholder", WHAT, "n/a"),
    ("placeholder", WHAT, "Dear {{name}}, an overdraft is a loan on your account that you repay when money comes in."),
    ("gibberish", WHAT, "sdkfj qwpoe zxmcnv lkjsdf wqoeiu xcvmnb"),
    ("gibberish", WHAT, "@#$%^&*!!~~@#$%^&*@#$%^&"),
    ("repetition", WHAT, PROSE + " " + PROSE),
    ("repetition", WHAT, "An overdraft is and and and and and and and and a loan."),
    ("too_short", "How do I close my account?", "Sure."),
    ("too_short", "Which card is cheaper?", "Good question!"),
    ("echo", WHAT, "The question is: what is an overdraft?"),
    ("echo", WHAT, WHAT),
    ("cut_off", WHAT, "An overdraft lets you spend more than you have. The bank charges interest on the"),
    ("cut_off", WHAT, "An overdraft lets you spend more than you have. The bank then charges interest"),
    ("cut_off", WHAT, "You need to bring a passport, a recent bill,"),
    ("cut_off", WHAT, "To open an account, please bring the following to a branch:"),
    ("cut_off", WHAT, "You need all of the following: - A passport. - A recent bill. -"),
    ("refusal", WHAT, "I'm sorry, but I can't help with that."),
    ("refusal", WHAT, "My guidelines stop me from talking about this, and I won't."),
    ("prompt_residue", WHAT, PROSE + "<|im_end|>"),
    ("prompt_residue", WHAT, "### Response: " + PROSE),
    ("prompt_residue", WHAT, "As an AI language model, I think it is a loan."),
    ("prompt_residue", WHAT, PROSE + "\nUser: thanks\nAssistant: bye"),
    ("boilerplate", WHAT, "Thank you for contacting us. Our support team will reply by e-mail."),
    ("markup", WHAT, "<p>It is a <b>loan</b>.</p>"),
    ("markup", WHAT, "It is a loan.&nbsp;"),
    ("addresses", WHAT, "See https://www.bank.example/help/overdraft/index.html"),
    ("mojibake", WHAT, "Itâ€™s a loan"),
    ("mojibake", WHAT, "It\ufffds a loan"),
    ("dangling_reference", "How is it treated?", PROSE),
    ("dangling_reference", "What does the table above show?", PROSE),
    ("dangling_reference", "Is this dangerous?", PROSE),
    ("out_of_date", WHAT, "As of March 2014, it costs 5 pounds a day."),
    ("out_of_date", WHAT, "It costs 5 pounds a day. A new law was passed last month."),
    ("out_of_date", WHAT, "Currently it costs 5 pounds a day."),
    ("out_of_date", WHAT, "Until further notice it costs 5 pounds a day."),
    ("out_of_date", WHAT, "It costs 5 pounds a day. This year's limit has not been set."),
    ("personal_data", WHAT, "Ask jane.roe@mail.net."),
    ("personal_data", WHAT, "Ask jane DOT roe AT mail.net."),
    ("placeholder", WHAT, "Dear [CLIENT NAME], it is a loan on your account that you repay when money comes in."),
    ("placeholder", WHAT, "Hello %%FIRST_NAME%%, it is a loan on your account."),
    ("placeholder", WHAT, "The wording awaits review by the lawyers."),
    ("echo", WHAT, f"Our customers often ask: {WHAT}"),
    ("echo", WHAT, f'"{WHAT}" is a common question.'),
    ("refusal", WHAT, "Sorry mate, no clue."),
    ("refusal", WHAT, "As a chatbot I have no experience with that."),
    ("prompt_residue", WHAT, f"Sure! Here is a possible answer:\n\n{PROSE}"),
    ("prompt_residue", WHAT, f"You are a helpful adviser. Reply in two sentences.\n\n{PROSE}"),
    ("prompt_residue", WHAT, f"{PROSE}\n\nWould you like me to rewrite this?"),
    ("prompt_residue", WHAT, f"Teller: {PROSE}\nVisitor: thanks, bye"),
    ("boilerplate", WHAT, "This information does not constitute legal advice. Please consult a qualified solicitor."),
    ("markup", WHAT, f"{PROSE} [Read more](/help/overdrafts)"),
    ("markup", WHAT, "\\textbf{Note} It is a loan \\cite{smith}."),
    ("addresses", WHAT, "More here: bank.example.com/help/123"),
    ("dangling_reference", "How do I cancel it?", PROSE),
    ("dangling_reference", "And for businesses?", PROSE),
    ("dangling_reference", "Could you go into more detail?", PROSE),
    ("dangling_reference", "Where can I find these forms?", PROSE),
]
FINE = [
    ("empty", WHAT, "42"),
    ("empty", "Is it up?", "👍"),
    ("placeholder", "Which mutation is meant?", "The (type II) one, in 47 XXX syndrome."),
    ("gibberish", "What reverses dabigatran?", "Idarucizumab reverses dabigatran; andexanet reverses rivaroxaban."),
    ("gibberish", "What is the formula?", "C6H12O6, and for salt NaCl."),
    ("gibberish", WHAT, "Jeśli zgubisz kartę, zadzwoń do banku, a my ją zablokujemy i wyślemy nową."),
    ("gibberish", "Which genes?", "BRCA1, BRCA2, TP53 and PTEN are tested."),
    ("repetition", WHAT, PROSE),
    (
        "repetition",
        "Which tests?",
        "- Gene test: type 1\n- Gene test: type 2\n- Gene test: type 3\n- Gene test: type 4",
    ),
    ("too_short", "What is the capital of France?", "Paris"),
    ("too_short", "How many?", "42"),
    ("too_short", "Is it inherited?", "Yes."),
    ("echo", "Which is larger, the Moon or the Sun?", "The Sun"),
    ("echo", "Is the plan open to new members?", "No, the plan is closed."),
    ("cut_off", "What is the capital of France?", "Paris"),
    ("cut_off", "Name three fruits.", "- apples\n- pears\n- plums"),
    ("cut_off", WHAT, "You need all of the following: a passport and a recent bill."),
    ("cut_off", WHAT, PROSE),
    ("cut_off", "Where can I read more?", "There is a page on it. See https://bank.example/help"),
    ("refusal", "Can pregnant women fly?", "Airlines do not let women fly after week 36; we do not know why."),
    ("prompt_residue", "Who said it?", "Winston Churchill said: never give in."),
    ("boilerplate", "How do I contact support?", "Call 555 or write to the support team."),
    ("boilerplate", WHAT, PROSE),
    ("markup", "Which is smaller?", "a < b and c > d; 5 & 6"),
    ("markup", "Write the HTML code of a link.", "<a href='x'>x</a>"),
    ("addresses", WHAT, PROSE + " See https://bank.example."),
    ("mojibake", WHAT, "Ein Überziehungskredit – “naïve” São Paulo ÂNGULO"),
    ("dangling_reference", "Is it safe to fly with a cold?", PROSE),
    ("dangling_reference", "How can pregnant women protect themselves?", PROSE),
    ("dangling_reference", "How long does it take to open an account?", PROSE),
    ("dangling_reference", "Sort the following list.\n3, 1, 2, 9, 8", "1, 2, 3, 8, 9"),
    ("out_of_date", "What was the rate as of March 2014?", "As of March 2014 it was 2 percent."),
    ("out_of_date", "When did the war end?", "It ended in 1945."),
    ("placeholder", "Which island is it?", "Bora Bora"),
    ("placeholder", "How is the variable written?", "snake_case"),
    ("placeholder", "What may follow?", "Further text may follow where the question asks for it."),
    ("echo", "Is it free of tax?", "Yes: it is free of tax."),
    ("refusal", "What if I pass my limit?", "We may refuse the payment, or let it through at a higher rate."),
    ("refusal", "What if I missed some?", "We will decline your application if payments were missed last year."),
    ("refusal", "Why was it late?", "We are sorry: the storm closed the line."),
    ("prompt_residue", "Write a dialogue of two.", "Ann: Good day.\nBob: Good day to you."),
    ("markup", WHAT, PROSE + " [see section 4]"),
    ("addresses", WHAT, "Interest and/or fees apply, e.g. 5 pounds a day."),
    ("dangling_reference", "What does it cost to open an account?", PROSE),
    ("dangling_reference", "Who pays for a lost card?", PROSE),
    ("dangling_reference", "How do I tell you that a customer has died?", PROSE),
    ("out_of_date", WHAT, "The bank may change its fees at any time."),
    ("out_of_date", WHAT, "Divide last year's cost by twelve; the change applies from the next month."),
    ("personal_data", WHAT, "Write to info@bank.example or call 800-555-0100; see ISBN 978-3-16-148410-0."),
]


@pytest.mark.parametrize(("name", "question", "answer"), FAULTY)
def test_a_fault_is_found(name, question, answer):
    assert is_found(name, question, answer)


@pytest.mark.parametrize(("name", "question", "answer"), FINE)
def test_what_only_resembles_a_fault_is_left_alone(name, question, answer):
    assert not is_found(name, question, answer)


def test_an_answer_in_a_language_foreign_to_the_questions_is_found():
    english = [(f"How do I pay for the blue card number {n} from abroad?", PROSE) for n in range(30)]
    corpus = learn(table_of(*english))
    german = "Die Kosten werden von der Krankenkasse in der Regel vollständig übernommen."
    assert is_found("wrong_language", english[0][0], german, corpus)
    assert is_found("wrong_language", english[0][0], "治疗取决于病因，应始终与医生讨论。", corpus)
    assert not is_found("wrong_language", "How do you say it in German?", german, corpus)
    assert not is_found("wrong_language", english[0][0], "Rivaroxaban 20 mg", corpus)


def test_questions_in_five_languages_make_no_answer_foreign():
    pairs = [
        ("Wie kann ich mein Konto bei der Bank eröffnen?", "Sie können Ihr Konto online oder in der Filiale eröffnen."),
        ("Comment puis-je ouvrir un compte à la banque ?", "Vous pouvez ouvrir votre compte en ligne ou en agence."),
        ("¿Cómo puedo abrir una cuenta en el banco?", "Puede abrir su cuenta en línea o en una sucursal."),
        ("How can I open an account with the bank?", "You can open your account online or in a branch."),
        ("Как мне открыть счёт в вашем банке?", "Вы можете открыть счёт онлайн или в отделении."),
    ]
    corpus = learn(table_of(*pairs * 4))
    assert not any(is_found("wrong_language", question, answer, corpus) for question, answer in pairs)


def test_one_answer_to_many_kinds_of_question_is_found_but_not_to_one_kind():
    everything = "It depends on many things that differ from case to case."
    inherited = "This condition is inherited in an autosomal recessive pattern."
    openings = ("What causes", "How common is", "Who discovered", "Why is there", "When does one get", "Where is")
    pairs = [(f"{opening} {name}?", everything) for opening in openings for name in ("ague", "gout")]
    pairs += [
        (f"Is {name} disease inherited?", inherited) for name in ("Pompe", "Gaucher", "Fabry", "Wilson", "Niemann")
    ]
    corpus = learn(table_of(*pairs))
    assert is_found("near_constant", "What causes ague?", everything, corpus)
    assert not is_found("near_constant", "Is Fabry disease inherited?", inherited, corpus)


def test_the_name_of_what_its_questions_speak_of_is_a_label_even_in_a_file_of_sentences():
    label, pasted = "cash withdrawal that is still pending", "customer care team of the bank"
    cash = (
        "Why is my cash withdrawal pending?",
        "Is the cash I took out still pending?",
        "When does a withdrawal stop to be pending?",
        "I drew cash an hour ago, is that normal?",
        "How long may a withdrawal be pending?",
    )
    anything = ("Why is the sky blue?", "Who discovered radium?", "How does yeast work?", "Is it safe to swim here?")
    articles = [(f"What is number {n}?", f"Number {n} is a number. {PROSE}") for n in range(60)]
    corpus = learn(table_of(*((q, label) for q in cash), *((q, pasted) for q in anything), *articles))
    for signal in ("too_short", "boilerplate", "near_constant"):
        assert not any(is_found(signal, question, label, corpus) for question in cash)
    assert all(is_found("near_constant", question, pasted, corpus) for question in anything)
    assert is_found("too_short", "Why is the sky blue?", "customer care", corpus)


@pytest.mark.parametrize("answer", [r"\frac{16}{3}", r"\frac{2}{25} + \frac{-14}{25}i", "50Ω", "π^2 / 2"])
def test_a_formula_is_neither_noise_nor_greek(answer):
    question = "Solve the equation for x and say how large it becomes."
    assert not is_found("gibberish", question, answer)
    assert not is_found("wrong_language", question, answer)


def test_the_order_of_the_rows_changes_nothing_that_is_learned():
    pairs = [(f"What is number {n}?", f"Number {n} is a number. {PROSE}") for n in range(50)]
    assert learn(table_of(*pairs)) == learn(table_of(*reversed(pairs)))


def test_an_answer_cut_within_a_word_is_seen_by_the_words_of_other_rows():
    corpus = learn(table_of(*[(f"What is it, {n}?", "A chronic inflammation of the joints.") for n in range(5)]))
    assert is_found("cut_off", "What is arthritis?", "It is a chronic inflammat", corpus)
    assert not is_found("cut_off", "What is arthritis?", "It is a chronic inflammation", corpus)


def test_an_answer_that_stops_at_a_word_that_ends_no_sentence_of_its_file_is_cut():
    said = "The monthly fee covers account {n}, and each transfer of money costs one pound more."
    corpus = learn(table_of(*[(f"What is fee {n}?", said.format(n=n)) for n in range(60)]))
    cut = "Every customer of a branch or of the app pays the monthly"
    assert is_found("cut_off", "What is charged?", cut, corpus)
    assert not is_found("cut_off", "What is charged?", cut, Corpus())
    assert not is_found("cut_off", "What is charged?", "- One account\n- Every transfer\n- A card, monthly", corpus)


def test_ifd_is_the_ratio_of_the_losses_of_the_same_tokens():
    def log_likelihood(pairs):
        return [[-1.0, -1.0, -2.0] if question else [-2.0, -2.0, -4.0] for question, _ in pairs]

    rows = [Row(WHAT, PROSE), Row(WHAT, "A loan")]
    found = SIGNALS["ifd"].measure(rows, Corpus(), Tools(log_likelihood=log_likelihood))
    assert found[0].value == pytest.approx(0.5)
    assert math.isnan(found[1].value), "too short an answer to say anything"


def test_ifd_refuses_terms_of_different_tokens():
    def uneven(pairs):
        return [[-1.0] if question else [-1.0, -1.0] for question, _ in pairs]

    with pytest.raises(ValueError, match="1 tokens scored with the question and 2 without"):
        SIGNALS["ifd"].measure([Row(WHAT, PROSE)], Corpus(), Tools(log_likelihood=uneven))


def test_a_help_desks_we_says_nothing_in_its_own_file():
    helpdesk = learn(table_of(*[(f"What is form {n}?", f"You send us form {n} on day {n}.") for n in range(30)]))
    textbook = learn(table_of(*[(f"What is form {n}?", f"Form {n} lists the goods of day {n}.") for n in range(30)]))
    asked, said = "Must I ring before I travel?", "Our policies leave nothing to share with anybody."
    assert is_found("refusal", asked, said, textbook)
    assert not is_found("refusal", asked, said, helpdesk)
    assert is_found("refusal", asked, "I can't talk about that here, sorry.", helpdesk)
    for asked, said in (
        ("Must I ring before I travel?", "No, you needn't tell us, since our checks see that you are away."),
        ("How long is an offer valid?", "Six months. If it is delayed, ask us to extend it: nothing else is due."),
    ):
        assert not is_found("refusal", asked, said, helpdesk)


def test_an_i_tells_nothing_in_a_file_in_which_people_speak():
    said = "Use vinegar on the kettle. I always do that."
    forum = [(f"How do I clean item {n}?", f"Soak number {n} overnight. I did so, and I liked it.") for n in range(40)]
    pages = [(f"How is item {n} cleaned?", f"Number {n} is soaked overnight and then dried.") for n in range(40)]
    assert is_found("prompt_residue", "How is limescale removed?", said, learn(table_of(*pages)))
    assert not is_found("prompt_residue", "How is limescale removed?", said, learn(table_of(*forum)))
