"""Which signals a language's lexicon makes, and what each needs of it.

found = in_its_language("refusal", told, english, corpus, usual)   # usual: what the signal finds without words
looks_for(pack, "refusal")                                      # whether the lexicon has the phrases that it takes
"""

from __future__ import annotations

from collections.abc import Callable

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOT_APPLICABLE, NOTHING, Finding
from curation.corpus.told import Pack, Told
from curation.signals.packs import furniture, pointing, shape, wordings

InLanguage = Callable[[Told, Corpus, Finding], Finding]

WORDINGS: dict[str, InLanguage] = {  # known by phrases of the same name
    "refusal": wordings.refusal,
    "placeholder": wordings.placeholder,
    "prompt_residue": wordings.prompt_residue,
    "boilerplate": wordings.boilerplate,
    "dangling_reference": pointing.dangling_reference,
    "out_of_date": wordings.out_of_date,
}
FORMS: dict[str, InLanguage] = {  # measured in any language, and better with a lexicon
    "echo": shape.echo,
    "too_short": shape.too_short,
    "cut_off": shape.cut_off,
    "repetition": shape.repetition,
    "gibberish": shape.gibberish,
    "wrong_language": shape.wrong_language,
    "markup": furniture.markup,
}
MARKS = frozenset({"placeholder", "prompt_residue", "refusal"})  # whose English findings hold in any language


def in_its_language(name: str, told: Told | None, english: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Measure a signal by the row's lexicon, beside what `usual` tells by marks and form alone.

    English turns of phrase hold in rows of any language; where the row's own isn't read (`told` is None), marks and
    they alone.
    """
    if name in FORMS:
        return usual if told is None else FORMS[name](told, corpus, usual)
    if told is None or told.pack is not english.pack:
        usual = WORDINGS[name](english, corpus, usual) if name in MARKS else NOTHING
    if told is None or not looks_for(told.pack, name):
        return usual if usual.value > 0 else NOT_APPLICABLE
    return WORDINGS[name](told, corpus, usual)


def looks_for(pack: Pack | None, name: str) -> bool:
    """Whether a lexicon makes a signal of wordings."""
    return pack is not None and name in WORDINGS and pack.knows(name)
