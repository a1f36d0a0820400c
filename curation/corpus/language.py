"""The language of each row, and whether an answer is in one foreign to its question and to the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation.corpus.rows import NOTHING, Finding, Row
from winnow.text.language import LETTERS, MIN_LETTERS, MIN_SURE_PROBABILITY, language_of, ranked_languages
from winnow.text.words import UNSPACED, excerpt

if TYPE_CHECKING:
    from curation.corpus.corpus import Corpus

ENGLISH = "en"
MAIN = 0.5  # share of a file's rows from which its language is that of rows too short to tell
MONOLINGUAL, MIN_TELLING_ROWS = 0.95, 1_000  # share from which every row of a file of so many counts as in it
SURE_LETTERS = 100  # of a text, below which a guess foreign to its file is no more than one
MIN_FOREIGN_LETTERS = 40  # of an answer that is foreign to a file that isn't English
LIKELY = 0.5  # of the likeliest language, from which the text is a language at all
# a language of fewer of the file's questions is foreign to it; in files that aren't English short questions look like
# all neighbours of their language
USUAL, USUAL_OF_OTHERS = 0.02, 0.1


def main_language(corpus: Corpus) -> str:
    """Name the language of most of a file's rows: "de"; "" where none has most or the file is too short to tell."""
    code, share = max(corpus.languages.items(), key=lambda item: item[1], default=("", 0.0))
    return code if share >= MAIN else ""


def usual_languages(corpus: Corpus) -> set[str]:
    """Name the languages that aren't foreign to a file: {"en", "de"}."""
    least = USUAL if main_language(corpus) in ("", ENGLISH) else USUAL_OF_OTHERS
    return {code for code, share in corpus.languages.items() if share >= least}


def languages_of_rows(rows: Sequence[Row], corpus: Corpus) -> list[str]:
    """Name the language of each row: its own where it can be told, else the file's; "" where neither can.

    A short row that looks like a language that its file doesn't have is in the file's: "Was kostet ein Visum?" isn't
    Dutch in a German file.
    """
    main = main_language(corpus)
    if corpus.size >= MIN_TELLING_ROWS and corpus.languages.get(main, 0.0) >= MONOLINGUAL:
        return [main] * len(rows)
    return [_language_of(f"{row.question}\n{row.answer}", main, corpus) for row in rows]


def _language_of(text: str, main: str, corpus: Corpus) -> str:
    code = language_of(text).code
    if not code:
        return main
    is_foreign = main != "" and code not in usual_languages(corpus)
    return main if is_foreign and len(LETTERS.findall(text)) < SURE_LETTERS else code


def wrong_language(row: Row, corpus: Corpus) -> Finding:
    """Probability that the answer is in a language foreign to its question and to the file's questions.

    A row that is wholly in another language isn't found.
    """
    is_usual = not UNSPACED.search(row.question) and _is_usual(row.words, corpus.common_words)
    if is_usual:
        return NOTHING
    ranked = ranked_languages(row.answer)
    if not ranked or ranked[0].probability < LIKELY:
        return NOTHING
    code = ranked[0].code
    usual = usual_languages(corpus) or {code}
    asked = ranked_languages(row.question)
    if asked and asked[0].code == code and asked[0].probability >= LIKELY:
        return NOTHING  # the whole row is in it
    if (
        code in usual
        and asked
        and asked[0].probability >= MIN_SURE_PROBABILITY
        and len(row.question) >= 2 * MIN_LETTERS
    ):
        usual = {asked[0].code}  # a language of this file, but not the one that was spoken
    if code in usual or (len(ranked) > 1 and _is_too_short(row.answer, corpus)):  # a script tells alone
        return NOTHING
    foreign = 1 - sum(guess.probability for guess in ranked if guess.code in usual)
    return Finding(foreign, f"{code}: {excerpt(row.answer, 0, 60)}")


def _is_too_short(answer: str, corpus: Corpus) -> bool:
    """Whether a guess about so few letters means nothing: the model knows English, and confuses others' neighbours."""
    return main_language(corpus) not in ("", ENGLISH) and len(LETTERS.findall(answer)) < MIN_FOREIGN_LETTERS


def _is_usual(words: Sequence[str], common: frozenset[str]) -> bool:
    """Whether the commonest words of the file make a third of the text's beginning: no need to ask the model."""
    head = words[:40]
    return len(head) >= 6 and sum(word in common for word in head) > 0.3 * len(head)
