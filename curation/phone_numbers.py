"""Telephone numbers: by shapes that nothing else has, and in any grouping behind a word such as "tel" or "ring me on".

>>> is_phone("+44 7911 123456", ""), is_labelled_phone("555 0142", "Tel: "), is_labelled_phone("2009-2010", "call ")
(True, True, False)
"""

from __future__ import annotations

import re

_GAP = r"(?: ?[/\-] |[ .\-/])"  # "12 -3" isn't one number, "12 / 3" may be
PHONE = re.compile(
    r"(?<![\w.\-/+])(?:"
    r"\(?(?:\+|00(?=[1-9]\d?\d?[ .\-/(]))"  # with the code of a country
    rf"\d{{1,3}}\)?{_GAP}?(?:\(\d{{1,5}}\){_GAP}?)?\d{{1,12}}(?:{_GAP}\d{{1,8}}){{0,6}}"
    r"|(?:1[ .\-])?\(\d{3}\)[ \-]?\d{3}[ .\-]\d{4}|(?:1[ .\-])?[2-9]\d{2}([.\- ])[2-9]\d{2}\1\d{4}"  # North America
    r"|[2-9]\d{2}[ /][2-9]\d{2}[\-.]\d{4}|\(\d{2}\) ?9\d{4}-\d{4}"  # there too, and Brazil
    rf"|\(0\d{{1,4}}\){_GAP}?\d{{3,8}}(?:{_GAP}\d{{2,4}}){{0,3}}"  # area codes with the 0 of a trunk call
    rf"|(?<!\d )0[1-9]\d{{0,3}}(?:{_GAP}\d{{2,8}}){{1,5}}|07[1-9]\d{{8}}"
    r")(?![\w\-/]|[.:]\d|,\d{3}|\s?%)"
)
ANY_NUMBER = re.compile(r"(?<![\w.\-/+])\+?\(?\+?\d(?:[ .\-/()]{0,3}\d){6,14}(?![\w\-/]|[.:]\d|,\d{3}|\s?%)")
TOLL_FREE = re.compile(r"^(?:\+?1[ .\-]?)?\(?8(00|33|44|55|66|77|88)(\)|\b|(?=\d{7}$))|^0800|^\+\d{1,3}[ .\-]?\(?0?800")
DATES = re.compile(
    r"^(?:(?:\d{1,2}([./\-])\d{1,2}\1(?:19|20)?\d{2}|(?:19|20)\d{2}([./\-])\d{1,2}\2\d{1,2})(?:$|[ \-(])"
    r"|(?:19|20)\d{2} ?[/\-] ?(?:19|20)\d{2}(?!\d)|\d\d\.\d\d ?- ?\d\d\.\d\d)"
)
_DEVICE = (
    r"tele?(?:(?:ph|f)on[eo]?|foon|fax)?|t[eé]l(?:[eé]phone)?|telf|tlfn?|tfno?|ph(?:one)?|fon[eo]?|fax|cel(?:l"
    r"|ular[e]?)?"
    r"|(?:cell|mobile) ?(?:phone)?|mob(?:iel|il)?|mobiltelefon|m[oó]vil|handy(?:nummer)?|gsm|whats ?app|telegram|viber"
    r"|(?<=[.!?] )-- ?(?-i:[A-Z])[\w.]{2,20},|sms|pager|landline|hotline|(?:ruf|telefon|mobil)nummer"
    r"|festnetz|durchwahl|puh(?:elin)?|тел(?:ефон)?|τηλ|電話|電话"
)
_TO_CALL = r"call|ring|phone|dial|text|reach|contact|message|whats ?app|sms"
_WHOSE = r"(?:phone|telephone|mobile|cell|home|work|office|private|direct|daytime|contact|call ?back|new|old)"
# what stands directly before a number that is dialled
LABEL = re.compile(
    rf"(?<![^\W\d_])(?:(?:{_DEVICE})(?:\.? (?:kom|m[oó]vil|mob|cel|port|dom|pers|sl)\.?)?(?:[ \-](?:no|nr|num|number"
    rf"|nummer|n°|line|is|was))?\.?"
    rf"|(?:{_TO_CALL})(?: [\w'.]+){{0,3}}? (?:on|at|under|via)|(?:call|ring|dial|text|phone)(?: [\w'.]+){{0,2}}:"
    rf"|(?:call|ring|dial|text)|(?:my|his|her|their|our|{_WHOSE}) (?:{_WHOSE} )?(?:number|no\.?|nr\.?)(?:'s)?)"
    r"[\s:.=#)\]\-]*(?:(?:is|was|are|on|at|under)[\s:]+)?\(?$",
    re.IGNORECASE,
)


def is_phone(number: str, before: str) -> bool:
    """Tell whether a stretch of a telephone number's shape has its length and is no date and nobody's free line."""
    return 9 <= len(re.sub(r"\D", "", number)) <= 15 and _can_be_dialled(number)


def is_labelled_phone(number: str, before: str) -> bool:
    """Tell whether a number stands behind words of calling somebody, and is no date, years or round amount."""
    is_amount = re.fullmatch(r"(?=.*00$)[1-9]\d{0,2}(?: \d{3})+", number) is not None
    return not is_amount and _can_be_dialled(number) and LABEL.search(before) is not None


def _can_be_dialled(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    is_made_up = len(set(digits)) < 3 or (len(digits) > 8 and digits in "01234567890")
    return not is_made_up and not TOLL_FREE.match(number) and not DATES.match(number)
