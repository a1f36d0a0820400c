"""Make text searchable by words in scripts that put no spaces between them.

>>> spaced("ISA口座 とは")
'ISA 口  座   と  は '
"""

from __future__ import annotations

import re
import unicodedata

# Thai, Lao, Myanmar, Khmer, kana, CJK ideographs and Hangul: each character becomes a word of its own, so that
# a run of them in a query is a phrase and matches anywhere inside a longer run.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff])"
)
_INVISIBLE = re.compile("[\x00\ud800-\udfff]")  # SQLite ends a query at NUL and can't store lone surrogates


def spaced(text: str) -> str:
    """Return the text in compatibility form (full-width Latin as Latin) with a space round each unspaced character."""
    return _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", _INVISIBLE.sub(" ", text)))
