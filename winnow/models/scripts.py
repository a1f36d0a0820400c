"""The scripts that an encoder knows, measured by its vocabulary: of a text in another one its vector says nothing.

>>> from winnow.models.names import resolve_embedder
>>> model = resolve_embedder("all-minilm-l6-v2")
>>> reads(model, "What is an ISA?"), reads(model, "Что такое вклад?"), reads(model, "42")
(True, False, True)

An English encoder has the single letters of many scripts, and gives any two texts in them much the same vector. A
script is known if 600 pieces of the vocabulary are written in it: of the packaged encoder 28,000 are Latin, 488 Han,
86 Cyrillic.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MIN_PIECES_A_SCRIPT = 600  # pieces of a vocabulary in a script, from which it is more than the letters
MIN_READ_LETTERS = 0.5  # share of a text's letters that are of known scripts
MAX_READ_CHARS = 1_000  # characters of a text that are looked at


def reads(model: Path | str, text: str) -> bool:
    """Tell whether at least half of a text's letters are of scripts that the model knows; true without letters."""
    if text.isascii():
        return "LATIN" in known_scripts(model) or not any(map(str.isalpha, text))
    scripts = list(filter(None, map(script, text[:MAX_READ_CHARS])))
    known = known_scripts(model)
    return sum(found in known for found in scripts) >= MIN_READ_LETTERS * len(scripts)


@lru_cache(maxsize=4)
def known_scripts(model: Path | str) -> frozenset[str]:
    """Count the pieces of a model's vocabulary by script; returns the scripts of at least 600, by their first word."""
    counts = Counter(found for piece in _pieces(load_pieces(model)) for found in set(map(script, piece)))
    return frozenset(found for found, pieces in counts.items() if found and pieces >= MIN_PIECES_A_SCRIPT)


def load_pieces(model: Path | str) -> Tokenizer:
    """Load the tokenizer of word pieces that stands beside a model's weights, or on the hub."""
    from tokenizers import Tokenizer

    source = Path(model) / "tokenizer.json"
    return Tokenizer.from_file(str(source)) if source.exists() else Tokenizer.from_pretrained(str(model))


def _pieces(tokenizer: Tokenizer) -> list[str]:
    """List the vocabulary as text; where pieces are bytes, those that are whole letters."""
    vocabulary = tokenizer.get_vocab()
    if type(tokenizer.decoder).__name__ == "ByteLevel":
        return tokenizer.decode_batch([[number] for number in vocabulary.values()])
    return list(vocabulary)


@lru_cache(maxsize=65_536)
def script(char: str) -> str:
    """Name a letter's script by the first word of its Unicode name, LATIN or CJK; "" for all but letters."""
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""
