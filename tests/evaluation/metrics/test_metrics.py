from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.metrics import LEXICAL, METRICS, Metric, Score, as_evaluate, score_rows, semantic_similarity
from evaluation.metrics.answering import refusal
from evaluation.metrics.chrf import chrf
from evaluation.metrics.numbers import number_recall
from evaluation.metrics.rouge import rouge_l
from evaluation.metrics.words import exact_match, token_f1, token_recall
from winnow.errors import InputError
from winnow.text.quantities import quantities


def scored(rows, metrics=None, columns=None, **more):
    found = score_rows(rows, metrics, columns, **more)
    return {**found.as_dict(), "rows": found.rows_with_scores()}


TEXT = "the a cat cats sat running runs quickly Nile's river-bank 1,496.5 U.S. étude, naïve well-known dose mg 12%"
WORDS = TEXT.split()


def random_pairs(count, seed=0):
    rng = random.Random(seed)
    return [tuple(" ".join(rng.choices(WORDS, k=rng.randint(0, 40))) for _ in range(2)) for _ in range(count)]


# ── against the packages that define them ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stemmer", [False, True])
def test_rouge_l_equals_rouge_score_on_1000_random_pairs(stemmer):
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=stemmer)
    for prediction, reference in random_pairs(1_000):
        ours = rouge_l(prediction, reference, stemmer=stemmer).value
        theirs = scorer.score(reference, prediction)["rougeL"].fmeasure
        assert (0.0 if ours is None else ours) == theirs  # it scores an empty reference 0, we don't score it


def test_rouge_l_takes_the_best_reference_as_rouge_score_does():
    from rouge_score.rouge_scorer import RougeScorer

    references = ["a dog ran", "the cat sat down", "cats"]
    theirs = RougeScorer(["rougeL"]).score_multi(references, "the cat sat")["rougeL"].fmeasure
    assert rouge_l("the cat sat", references).value == theirs


def test_chrf_equals_sacrebleu_in_several_scripts():
    from sacrebleu.metrics import CHRF

    reference = CHRF()
    others = [
        ("Das Übermaß an Größe", "Übermäßige Größen"),
        ("東京は日本の首都です", "日本の首都は東京です。"),
        ("नई दिल्ली भारत की राजधानी है", "भारत की राजधानी नई दिल्ली"),
        ("😀 fine", "fine 😀😀"),
        ("ab", "abcdefgh"),
        (
            "".join(chr(0x4E00 + place) for place in range(900)),
            "".join(chr(0x4E00 + place) for place in range(100, 1000)),
        ),
    ]
    for prediction, wanted in [*random_pairs(200), *others]:
        if wanted.strip():
            theirs = reference.sentence_score(prediction, [wanted]).score
            assert chrf(prediction, wanted).value == pytest.approx(theirs, abs=1e-9)


def test_chrf_takes_the_best_reference_as_sacrebleu_does():
    from sacrebleu.metrics import CHRF

    references = ["a dog ran", "the cat sat down"]
    assert chrf("the cat sat", references).value == pytest.approx(
        CHRF().sentence_score("the cat sat", references).score
    )


def test_token_f1_and_exact_match_are_squads_on_ascii():
    from collections import Counter

    def squad(text):
        import re
        import string

        text = "".join(ch for ch in text.lower() if ch not in set(string.punctuation))
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    for prediction, reference in random_pairs(300, seed=4):
        if not (prediction.isascii() and reference.isascii()):
            continue
        given_words, wanted = squad(prediction), squad(reference)
        if not wanted:
            continue
        shared = sum((Counter(given_words) & Counter(wanted)).values())
        expected = 2 * shared / (len(given_words) + len(wanted)) if shared else 0.0
        assert token_f1(prediction, reference).value == pytest.approx(expected)
        assert exact_match(prediction, reference).value == (given_words == wanted)


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("The Nile.", "nile"),
        ("Beyoncé", "beyonce"),
        ("１２３", "123"),
        ("the Who", "The Who"),
        ("A", "a"),  # the option, not the article
        ("+", "+"),
        ("«Zürich»", "zurich"),
        ("東京", "東京。"),
    ],
)
def test_these_are_the_same_answer(prediction, reference):
    assert exact_match(prediction, reference).value == 1


def test_token_recall_forgives_a_longer_answer_and_f1_does_not():
    long = "It is the River Nile, which is in Africa"
    assert token_recall(long, "the Nile").value == 1
    assert token_f1(long, "the Nile").value < 0.3


def test_a_repeated_word_must_be_said_as_often():
    assert token_recall("New York", "New York, New York").value == 0.5


def test_scripts_without_spaces_are_compared_by_character():
    assert token_f1("東京都", "東京").value == pytest.approx(0.8)
    assert token_f1("서울 특별시", "서울").value == pytest.approx(2 / 3)


def test_the_best_of_several_references_counts():
    assert token_f1("Holland", ["the Netherlands", "Holland"]).value == 1
    assert exact_match("x", []).value is None


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("Sales were about $1.5 billion.", "$1,496.5 million"),
        ("1250 basis points", "12.5%"),
        ("0.12", "12%"),
        ("12", "12 percent"),
        ("12.34 per cent", "12.3%"),
        ("half a gram is 500 mg", "0.5 g"),
        ("one year", "12 months"),
        ("twenty-five people", "25"),
        ("a million dollars", "$1,000,000"),
        ("it decreased by 3.2 percent", "(3.2)%"),
        ("a loss of $5 million", "-$5 million"),
        ("−4 °C", "minus 4 degrees Celsius"),
        ("1.234,56 €", "€1,234.56"),
        ("3万", "30,000"),
        ("from 5 to 10 mg", "5-10 mg"),
        ("$5–6 million", "$5 million to $6 million"),
        ("2½ cups", "2.5"),
        ("12,34,567 rupees", "₹1,234,567"),
        ("6.02e23", "6.02 x 10^23"),
        ("$5mm", "5 million dollars"),
    ],
)
def test_these_state_the_same_number(prediction, reference):
    score = number_recall(prediction, reference)
    assert score.value == 1, score.explanation


@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("12.5 bps", "12.5%"),
        ("$5 million", "-$5 million"),
        ("1,496.5", "$1,496.5 million"),
        ("$1.5 million", "$1.5 billion"),
        ("5%", "4.8%"),  # one digit is no rounding
        ("1,500", "1,496"),
        ("500 mcg", "500 mg"),
        ("€5", "$5"),
        ("12.36%", "12.3%"),
        ("type 2D and B12", "2"),
        ("COVID-19", "19"),
        ("5 mg/kg", "5 mg"),
    ],
)
def test_these_state_another_number(prediction, reference):
    assert number_recall(prediction, reference).value == 0


def test_numbers_are_read_as_they_are_written():
    text = "Sales fell 2.5% to $1,496.5 million (2018: €1.6bn)."
    assert [quantity.text for quantity in quantities(text)] == ["2.5%", "$1,496.5 million", "2018", "€1.6bn"]
    assert quantities("1. First\n2. Second, see GPT-4 and 2D") == []
    assert [quantity.shown for quantity in quantities("(1,234) in (2019)")] == [-1234, 2019]


def test_numbers_that_the_reference_lacks_are_named_but_cost_nothing():
    score = number_recall("In 2019 it was 7%", "7%")
    assert score.value == 1
    assert "not in the reference: 2019" in score.explanation


def test_a_reference_without_a_number_is_unscored_not_zero():
    assert number_recall("42", "a cat") == Score(None, "the reference states no number")
    assert number_recall("a cat", "42").value == 0


# ── refusal ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I am sorry but I am unable to provide medical advice.",
        "I cannot answer this question.",
        "As an AI language model, I do not have access to current data.",
        "I don’t have enough information to say.",
        "I'm not able to diagnose you.",
        "I don't know.",
        "Unfortunately, I can't provide the exact figure.",
    ],
)
def test_these_refuse(text):
    assert refusal(text).value == 1


@pytest.mark.parametrize(
    "text",
    [
        "The Nile.",
        "You can't take it with food.",
        "I can't recall a better example than the Nile.",
        "Sorry to hear that! Ibuprofen can help.",
        "The drug cannot provide full protection.",
    ],
)
def test_these_answer(text):
    assert refusal(text).value == 0


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_metric_has_a_signature_and_explains_each_score():
    for name in LEXICAL:
        metric = METRICS[name]
        assert metric.signature.startswith(f"{name}|winnow:")
        assert metric.score("12 cats", "12 dogs").explanation


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_scored_within_the_scale_or_unscored(prediction, reference):
    for name in LEXICAL:
        metric = METRICS[name]
        value = metric.score(prediction, reference).value
        if value is not None and metric.scale:
            assert metric.scale[0] <= value <= metric.scale[1] + 1e-9


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_a_text_scores_full_marks_against_itself(text):
    for name in ("exact_match", "token_f1", "token_recall", "numbers", "rouge_l", "chrf"):
        value = METRICS[name].score(text, text).value
        assert value is None or value == pytest.approx(METRICS[name].scale[1])


def test_score_rows_counts_what_it_could_not_score_and_says_why():
    rows = [
        {"question": "q", "prediction": "the Nile", "reference": ["Nile", "River Nile"]},
        {"question": "q", "prediction": "", "reference": "Nile"},
        {"question": "q", "prediction": None, "reference": "Nile"},
        {"question": "q", "prediction": "Nile", "reference": float("nan")},
    ]
    found = scored(rows)
    figure = found["metrics"]["exact_match"]
    assert (figure["estimate"], figure["n"], figure["unscored"]) == (0.5, 2, 2)
    assert figure["unscored_because"] == {"there is no prediction": 1, "there is no reference": 1}
    assert found["metrics"]["numbers"]["estimate"] is None
    assert found["rows"][0]["scores"]["exact_match"]["value"] == 1
    assert found["rows"][2]["scores"]["exact_match"]["value"] is None


def test_other_column_names_are_mapped_and_a_missing_one_is_named():
    rows = [{"output": "Nile", "gold": "the Nile"}] * 3
    mapping = {"prediction": "output", "reference": "gold"}
    assert scored(rows, ["exact_match"], mapping)["metrics"]["exact_match"]["estimate"] == 1
    with pytest.raises(InputError, match='no row has a column "prediction"; there is gold, output'):
        scored(rows)
    with pytest.raises(InputError, match='no metric "bleu"; choose from exact_match'):
        scored(rows, ["bleu"], mapping)
    with pytest.raises(InputError, match="there is no row"):
        scored([])


def test_without_references_only_the_metrics_that_need_none_are_scored():
    assert set(scored([{"prediction": "Nile"}])["metrics"]) == {"refusal", "length"}


def test_answers_of_100_kilobytes_are_scored():
    long = "The dose is 5 mg a day, not more. " * 3_000
    found = scored([{"prediction": long, "reference": long[:34_000]}])["metrics"]
    assert found["token_recall"]["estimate"] == 1
    assert all(
        figure["low"] is None for figure in found.values() if figure["n"] == 1 and figure["signature"][:5] == "rouge"
    )


def test_copies_of_one_row_do_not_make_the_mean_surer():
    rows = [
        {"prediction": text, "reference": "the Nile in Egypt", "group": text} for text in ("Nile", "Egypt Nile", "in")
    ]
    alone = scored(rows, ["token_f1"])["metrics"]["token_f1"]
    grouped = scored(rows * 30, ["token_f1"], cluster="group")["metrics"]["token_f1"]
    assert (grouped["low"], grouped["high"]) == pytest.approx((alone["low"], alone["high"]))


def test_lexical_metrics_never_import_torch():
    code = (
        "import sys; from evaluation.metrics import score_rows; from evaluation.people.metric_against_people import meta; "
        "score_rows([{'prediction': 'a b', 'reference': 'b'}] * 9); "
        "meta([{'prediction': 'a b', 'reference': 'b', 'human': n % 2} for n in range(9)]); "
        "print([name for name in ('torch', 'transformers', 'datasets', 'evaluate') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


# ── evaluate, and the metrics that need a model ───────────────────────────────────────────────────────────


def test_scores_of_none_at_all_keep_to_their_own_scale():
    found = scored([{"prediction": "", "reference": "the Nile"}] * 12, metrics=["chrf", "length", "token_f1"])
    figures = found["metrics"]
    assert figures["chrf"]["high"] == pytest.approx(100 * figures["token_f1"]["high"])
    assert figures["length"]["high"] is None  # nothing bounds a length


def test_a_prediction_that_is_an_object_is_unscored_and_not_read_as_its_json():
    rows = [{"prediction": [{"role": "assistant", "content": "the Nile"}], "reference": "the Nile"}]
    figure = scored(rows, metrics=["token_f1"])["metrics"]["token_f1"]
    assert figure["unscored_because"] == {"the prediction is an object, not a text": 1}


def test_metrics_combine_under_evaluate_offline():
    import evaluate

    both = evaluate.combine([as_evaluate("token_f1"), as_evaluate("numbers")])
    found = both.compute(predictions=["the Nile", "7%"], references=[["Nile"], ["7 percent"]])
    assert found["token_f1"] == pytest.approx((1 + 0.5) / 2, abs=0.26)
    assert found["numbers"] == 1
    assert (found["numbers_n"], found["numbers_unscored"]) == (1, 1)
    plain = as_evaluate("exact_match").compute(predictions=["Nile"], references=["the Nile"])
    assert plain["exact_match"] == 1


def test_semantic_similarity_uses_the_given_embedder_once_and_leaves_empty_texts_out():
    seen = []

    def embed(texts):
        seen.append(list(texts))
        return np.array([[1.0, 0.0] if "grew" in text or "rose" in text else [0.0, 1.0] for text in texts])

    metric = semantic_similarity(embed)
    scores = metric.score_pairs(["it grew", "it fell", "", "x"], [["it rose", "it fell"], "it rose", "it rose", ""])
    assert [score.value for score in scores] == [1.0, 0.0, None, None]
    assert scores[2].explanation == "the prediction is empty"
    assert seen == [["it grew", "it fell", "it rose"]]


def test_a_metric_of_ones_own_is_scored_beside_the_others():
    shouting = Metric(
        "shouting", lambda text, _: Score(float(text.isupper()), "capitals"), "case", needs_reference=False
    )
    found = scored([{"prediction": "NILE"}, {"prediction": "Nile"}], [shouting, "length"])
    assert found["metrics"]["shouting"]["estimate"] == 0.5


@pytest.mark.slow
def test_model_metrics_rank_a_paraphrase_above_another_answer_and_survive_empty_texts(minilm):
    rows = [
        {"prediction": "The company's revenue grew.", "reference": "Sales increased."},
        {"prediction": "The cat is asleep.", "reference": "Sales increased."},
        {"prediction": "", "reference": "Sales increased."},
    ]
    found = scored(rows, ["semantic_similarity", "bert_score"])["rows"]
    for name in ("semantic_similarity", "bert_score"):
        near, far, empty = (row["scores"][name]["value"] for row in found)
        assert near > far
        assert empty is None


@pytest.mark.slow
def test_bert_score_gives_the_packages_own_values(minilm):
    from bert_score import score as reference

    from evaluation.metrics import bert_score_metric

    predictions, references = ["Sales grew.", "A cat sleeps."], ["Sales increased.", "The cat is asleep."]
    theirs = reference(predictions, references, model_type=str(minilm), num_layers=6)[2].tolist()
    ours = [score.value for score in bert_score_metric(str(minilm)).score_pairs(predictions, references)]
    assert ours == pytest.approx(theirs, abs=1e-5)


# ── other scripts and languages ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("请勿使用USB设备。", "请先关闭电源，再用USB线连接打印机和电脑，最后重新开机。"),
        ("Кнопки Reset и сети Wi-Fi у нас нет.", "Нажмите кнопку Reset, затем подключитесь к сети Wi-Fi заново."),
        ("كلمة App", "افتح متجر App ثم ابحث عن اسم الشركة واضغط على زر التنزيل"),
    ],
)
def test_rouge_scores_no_reference_of_which_it_sees_less_than_half(prediction, reference):
    score = METRICS["rouge_l"].score(prediction, reference)
    assert score.value is None
    assert "chrf" in score.explanation
    assert 0 < METRICS["chrf"].score(prediction, reference).value < 50


def test_rouge_scores_a_reference_with_some_other_letters():
    assert METRICS["rouge_l"].score("Die Tür ist zu", "Die Tür ist zu").value == 1


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("自购买之日起24个月内保修", "保修24个月", 1),
        ("保修12个月", "保修24个月", 0),
        ("보증 기간은 24개월입니다", "24 개월", 1),
        ("ब्याज 5 प्रतिशत", "ब्याज दर ५ प्रतिशत है", 1),
        ("ब्याज ४ प्रतिशत", "ब्याज दर ५ प्रतिशत है", 0),
        ("الفائدة 3.5٪", "الفائدة ٣٫٥٪", 1),
        ("ค่าธรรมเนียม500บาท", "ค่าธรรมเนียม ๕๐๐ บาท", 1),
    ],
)
def test_numbers_are_read_in_any_digits_and_beside_letters_without_case(prediction, reference, value):
    assert METRICS["numbers"].score(prediction, reference).value == value


GERMAN = [
    {
        "prediction": "Die Gebühr beträgt 1500 Euro im Jahr.",
        "reference": "Sie zahlen im Jahr eine Gebühr von 1.500 Euro.",
    },
    {"prediction": "Der Zins liegt bei 3,5 Prozent.", "reference": "Der Zinssatz beträgt zurzeit 3,50 Prozent."},
]
ENGLISH = [
    {
        "prediction": "The fee is 1500 pounds a year.",
        "reference": "You pay a yearly fee of 1,500 pounds for the account.",
    },
    {"prediction": "The rate is 3.5 percent.", "reference": "At present the interest rate is 3.50 percent."},
]


@pytest.mark.parametrize("rows", [GERMAN, ENGLISH, GERMAN[:1], ENGLISH[:1]])
def test_whether_a_comma_is_a_decimal_mark_is_said_by_the_file(rows):
    assert [score.value for score in score_rows(rows, ["numbers"]).scores["numbers"]] == [1] * len(rows)


def test_one_number_is_read_as_its_file_is():
    row = {"prediction": "1500", "reference": "1.500"}
    assert [score.value for score in score_rows([*GERMAN, row], ["numbers"]).scores["numbers"]] == [1, 1, 1]
    assert [score.value for score in score_rows([*ENGLISH, row], ["numbers"]).scores["numbers"]] == [1, 1, 0]


@pytest.mark.parametrize(
    ("prediction", "reference", "value"),
    [
        ("el ano de él", "el año de él", 0),
        ("cafe", "café", 1),
        ("mười bà", "mười ba", 0),
        ("мои", "мой", 0),
        ("३५", "35", 1),
        ("ＡＢＣ", "abc", 1),
    ],
)
def test_accents_count_where_both_texts_have_some(prediction, reference, value):
    assert METRICS["exact_match"].score(prediction, reference).value == value


def test_a_word_of_a_script_without_spaces_is_a_letter_with_its_marks():
    assert METRICS["token_recall"].score("ปู", "ปี").value == 0


def test_meaning_is_not_compared_in_a_script_that_the_encoder_does_not_know(minilm):
    score = METRICS["semantic_similarity"].score("Сеть не работает", "Нажмите кнопку")
    assert score.value is None
    assert "script" in score.explanation
