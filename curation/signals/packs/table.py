"""Which signals a language's lexicon makes, and what each needs of it.

found = in_its_language("refusal", told, corpus, usual)         # usual: what the signal finds in any language
looks_for(pack, "refusal")                                      # whether the lexicon has the phrases that it takes
"""

from __future__ import annotations

from collections.abc import Callable

from curation.signals.corpus import Corpus
from curation.signals.packs import pointing, shape, wordings
from curation.signals.packs.told import Pack, Told
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding

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
}
MARKS = frozenset({"placeholder", "prompt_residue", "refusal"})  # whose English findings hold in any language


def in_its_language(name: str, told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Measure a signal by the row's lexicon; `usual` is what English or the form alone tells."""
    if name in FORMS:
        return FORMS[name](told, corpus, usual)
    if not looks_for(told.pack, name):
        return unread(name, usual)
    return WORDINGS[name](told, corpus, usual if name in MARKS else NOTHING)


def looks_for(pack: Pack | None, name: str) -> bool:
    """Whether a lexicon makes a signal of wordings."""
    return pack is not None and name in WORDINGS and pack.knows(name)


def unread(name: str, usual: Finding) -> Finding:
    """Keep the marks that were found in a row in a language nobody reads; else the signal has no value."""
    return usual if name in MARKS and usual.value > 0 else NOT_APPLICABLE
