"""Signals of rows in other languages: faults in words that no template has as an example, and what resembles them."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

from curation.corpus.corpus import Corpus, learn
from curation.corpus.language import languages_of_rows
from curation.corpus.rows import Row
from curation.corpus.tools import Tools
from curation.signals.measuring import measure
from curation.steps import quality
from winnow.config import QualityConfig
from winnow.data.records import new_record, to_table
from winnow.text.lexicon import read_lexicon

MATTER = {
    "de": ("Welche Fristen gelten für die Kündigung?", "Die Kündigung muss dem Vermieter drei Monate vorher zugehen."),
    "es": ("¿Qué plazo hay para dejar el piso?", "Hay que avisar al propietario con un mes de antelación."),
    "fr": ("Quel est le préavis pour quitter un logement ?", "Il faut prévenir le propriétaire trois mois à l'avance."),
    "zh": ("退租需要提前多久通知房东？", "一般应当提前一个月以书面形式通知房东。"),
}
FAULTY = [
    ("de", "refusal", None, "Zu so etwas äußere ich mich grundsätzlich nicht."),
    ("de", "placeholder", None, "Die Beschreibung wird nachgetragen."),
    ("de", "prompt_residue", None, "Benutzer: {}"),
    ("de", "boilerplate", None, "Unser Kundendienst berät Sie jederzeit gern."),
    ("de", "dangling_reference", "Wie teuer ist sie?", None),
    ("de", "out_of_date", None, "{} Im kommenden Sommer ändert sich das."),
    ("de", "echo", None, "Man möchte wissen: {question}"),
    ("de", "cut_off", None, "Die Kündigung muss dem Vermieter drei Monate vorher auf dem"),
    ("es", "refusal", None, "No estoy en condiciones de valorar eso."),
    ("es", "placeholder", None, "Descripción pendiente de redactar"),
    ("es", "boilerplate", None, "Nuestros asesores están a su disposición."),
    ("es", "dangling_reference", "¿Cuánto cuesta eso?", None),
    ("es", "out_of_date", None, "{} La semana que viene cambia la norma."),
    ("fr", "refusal", None, "Il m'est impossible d'aborder ce sujet, je ne donne pas d'avis."),
    ("fr", "placeholder", None, "Description à rédiger"),
    ("fr", "boilerplate", None, "Nos conseillers sont à votre écoute."),
    ("fr", "dangling_reference", "Combien coûte-t-elle ?", None),
    ("fr", "out_of_date", None, "{} La semaine prochaine, la règle changera."),
    ("zh", "refusal", None, "这方面的事情我不便发表意见。"),
    ("zh", "placeholder", None, "说明待完善"),
    ("zh", "boilerplate", None, "欢迎拨打热线，客服随时为您解答。"),
    ("zh", "dangling_reference", "它要花多少钱？", None),
    ("zh", "out_of_date", None, "{}下周规定就会调整。"),
    ("zh", "repetition", None, "提前通知房东提前通知房东提前通知房东提前通知房东提前通知房东"),
]
FINE = [
    ("de", "Darf man im Wald Pilze sammeln?", "Ja, kleine Mengen für den eigenen Bedarf darf jeder mitnehmen."),
    ("de", "Wie bleibt ein Salat frisch?", "Wer ihn in ein feuchtes Tuch wickelt, kann ihn noch morgen essen."),
    ("de", "Was ist das höchste Gebäude der Welt?", "Der Burj Khalifa in Dubai mit 828 Metern."),
    ("es", "¿Se puede fumar en el andén?", "No, está prohibido en toda la estación."),
    ("es", "¿Para qué sirve un termostato?", "Mantiene la temperatura que se ha elegido."),
    ("fr", "Peut-on fumer sur le quai ?", "Non, c'est interdit dans toute la gare."),
    ("fr", "À quoi sert un thermostat ?", "Il maintient la température choisie."),
    ("zh", "站台上可以抽烟吗？", "不可以，整个车站都禁止吸烟。"),
    ("zh", "恒温器有什么用？", "它能保持设定的温度。"),
]


def flags(language: str, question: str, answer: str, tools: Tools | None = None) -> set[str]:
    corpus = Corpus(languages={language: 1.0})
    table = to_table([new_record(question, answer)])
    values = measure(table, corpus, tools)
    return {decision.evidence["signal"] for decision in quality.decide(values, table, QualityConfig())}


@pytest.mark.parametrize(("language", "name", "question", "answer"), FAULTY)
def test_a_fault_is_found_in_its_language(language, name, question, answer):
    asked, said = MATTER[language]
    asked = question or asked
    assert name in flags(language, asked, (answer or "{}").format(said, question=asked))


@pytest.mark.parametrize(("language", "question", "answer"), [*((code, *pair) for code, pair in MATTER.items()), *FINE])
def test_a_good_row_is_left_alone_in_its_language(language, question, answer):
    assert flags(language, question, answer) == set()


def test_a_row_too_short_to_tell_is_in_the_language_of_its_file():
    german = Corpus(languages={"de": 0.97, "nl": 0.03}, size=200)
    assert languages_of_rows([Row("Was kostet ein Visum?", "60 Euro"), Row("Wo?", "Ulm")], german) == ["de", "de"]
    assert languages_of_rows([Row("Wo?", "Ulm")], Corpus()) == [""]


def test_a_persons_own_lexicon_teaches_a_language(tmp_path):
    path = tmp_path / "pl.yaml"
    path.write_text(
        'language: pl\nclasses:\n  cannot: nie_mogę nie_możemy\nphrases:\n  refusal:\n    - ["{cannot} ..3 odpowiedzieć|pomóc", "Nie mogę na to odpowiedzieć."]\n'
    )
    row = ("Ile kosztuje wydanie nowego paszportu?", "Niestety nie możemy w tej sprawie pomóc.")
    assert flags("pl", *row) == set()
    assert flags("pl", *row, Tools(lexicons=(read_lexicon(path),))) == {"refusal"}


def test_a_signal_that_a_lexicon_leaves_out_has_no_value(tmp_path):
    path = tmp_path / "pl.yaml"
    path.write_text('language: pl\nphrases:\n  refusal:\n    - ["nie wiem", "Nie wiem."]\n')
    table = to_table([new_record("Jak założyć konto w banku przez internet?", "Wystarczy wypełnić prosty wniosek.")])
    values = measure(table, Corpus(languages={"pl": 1.0}), Tools(lexicons=(read_lexicon(path),)))
    assert values["refusal"][0].as_py() == 0
    assert math.isnan(values["boilerplate"][0].as_py())


def test_a_lexicon_of_ones_own_comes_before_winnows(tmp_path):
    path = tmp_path / "de.yaml"
    path.write_text('language: de\nphrases:\n  refusal:\n    - ["pustekuchen", "Pustekuchen!"]\n')
    asked, _ = MATTER["de"]
    tools = Tools(lexicons=(read_lexicon(path),))
    assert "refusal" in flags("de", asked, "Da kann ich nur sagen: Pustekuchen!", tools)
    assert "refusal" not in flags("de", asked, "Dazu kann ich leider keine Auskunft geben.", tools)


def test_a_lexicon_of_ones_own_takes_the_place_of_the_english_one(tmp_path):
    path = tmp_path / "en.yaml"
    path.write_text('language: en\nphrases:\n  refusal:\n    - ["nae chance", "Nae chance!"]\n')
    asked, tools = "How do I bleed the radiator in the hall?", Tools(lexicons=(read_lexicon(path),))
    assert "refusal" in flags("en", asked, "Nae chance, pal.", tools)
    assert "refusal" not in flags("en", asked, "Nae chance, pal.")


def test_rows_in_order_of_chance_measure_alike():
    rows = [new_record(*pair) for pair in [*MATTER.values(), *((q, a) for _, q, a in FINE)]]
    there, back = to_table(rows), to_table(rows[::-1])
    one, other = measure(there, learn(there)), measure(back, learn(back))
    assert pa.concat_tables([one]).sort_by("id").select(["id", "refusal.matched"]) == other.sort_by("id").select(
        ["id", "refusal.matched"]
    )
