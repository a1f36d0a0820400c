"""Characters that nobody sees, and those that a wrong decoding leaves behind.

>>> INVISIBLE.sub("", "zero\u200bwidth"), bool(MOJIBAKE.search("cafÃ©"))
('zerowidth', True)
"""

from __future__ import annotations

import re

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
