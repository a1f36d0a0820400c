"""Characters that nobody sees, those that a wrong decoding leaves behind, letters with case, and digits.

>>> INVISIBLE.sub("", "zero\u200bwidth"), bool(MOJIBAKE.search("cafÃ©"))
('zerowidth', True)
>>> latin_digits("२४ महीने, ٣٫٥")
'24 महीने, 3.5'
"""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 without tab, newline, return and NEL; zero-width space, word joiner, byte order mark; soft hyphen;
# bidi embeddings, overrides and isolates; interlinear and tag characters
_DISPENSABLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
# NEL, joiners, direction marks and the variation selector of emoji: they shape Persian, Hindi, Hebrew, Arabic, emoji
_SHAPING = "\x85\u200c-\u200f\ufe0f"
INVISIBLE = re.compile(f"[{_DISPENSABLE}]")  # of a text that is kept
UNSEEN = re.compile(f"[{_DISPENSABLE}{_SHAPING}]")  # of a text that is compared
C1 = re.compile(r"[\x80-\x9f]")

# UTF-8 read as a one-byte encoding: a lead byte's letter with continuation bytes' symbols; and lost bytes
MOJIBAKE = re.compile(
    r"[ÃÂ][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    r"|â€|â\x80|ï»¿|ï¿½|ðŸ|Ð[\x80-\xbf]|Ñ[\x80-\xbf]|[\x80-\x9f]|\ufffd|[Ãâ]\?|‚Ä|√[©†≠∂§®¢°±]|Гѓ|вЂ"
)
# the same with letters that stand before such symbols in sound texts too ("«manhã»"): worth a closer look
PERHAPS_MOJIBAKE = re.compile("[ÂÃÅâãÐÑØÙ][\x80-\xbf\u2013-\u203a€™œžšŸ¡-¿ˆ˜ƒ]|ï»¿|\ufffd")

# letters of Latin, Greek, Cyrillic and Armenian, for a class of characters: beside them a digit is part of a name, as
# in B12; beside the letters of other scripts it's a number, as in 24个月
CASED = "A-Za-zµÀ-ÖØ-öø-\u024f\u0370-\u0556\u0561-\u0587\u1e00-\u1fff"

_NATIVE_DIGIT = re.compile(r"(?![0-9])\d")
_ARABIC_MARKS = str.maketrans({"\u066b": ".", "\u066c": ",", "\u066a": "%"})


def latin_digits(text: str) -> str:
    """Write the digits of any script, and the Arabic marks between them, as 0 to 9, point, comma and per cent."""
    return _NATIVE_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text.translate(_ARABIC_MARKS))
