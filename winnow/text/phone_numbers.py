"""Telephone numbers: written as one dials them and valid in a numbering plan, or behind a word such as "tel".

>>> is_phone("+44 7911 123456", ""), is_labelled_phone("555 0142", "Tel: "), is_labelled_phone("2009-2010", "call ")
(True, True, False)
"""

from __future__ import annotations

import re
from functools import lru_cache

from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher, PhoneNumberType, number_type

REGIONS = (  # whose plans a number without the code of a country may be of, in the order they are asked
    "US", "GB", "DE", "FR", "IT", "ES", "AT", "CH", "NL", "BE", "IE", "SE", "NO", "DK", "FI", "PL", "CZ", "PT", "GR",
    "TR", "RU", "UA", "AU", "NZ", "JP", "KR", "CN", "IN", "BR", "MX", "AR", "ZA", "NG", "KE",
)  # fmt: skip
NORTH_AMERICA = ("US",)
EXIT_BY_00 = "DE"  # a region in which 00 calls abroad
UNLABELLED_DIGITS = range(9, 16)  # how many a number without a label has
_GAP = r"(?: ?[/\-] |[ .\-/])"  # "12 -3" isn't one number, "12 / 3" may be
_END = r"(?![\w\-/]|[.:]\d|,\d{3}|\s?%)"
_ABROAD = r"\(?(?:\+|00(?=[1-9]\d?\d?[ .\-/(]))"
_NORTH_AMERICAN = (
    r"(?:1[ .\-])?"
    r"(?:\([2-9]\d\d\)[ \-]?\d{3}[ .\-]|[2-9]\d\d(?P<gap>[.\- ])\d{3}(?P=gap)|[2-9]\d\d[ /]\d{3}[.\-])\d{4}"
)
# dialled so: with the code of a country, in three groups, with the 0 of a trunk call, or with an area in brackets
PHONE = re.compile(
    r"(?<![\w.\-/+])(?:"
    rf"{_ABROAD}\d(?:[ .\-/()]{{0,3}}\d){{6,14}}|{_NORTH_AMERICAN}|\(\d\d\) ?9\d{{4}}-\d{{4}}"
    rf"|\(0\d{{1,4}}\){_GAP}?\d{{3,8}}(?:{_GAP}\d{{2,4}}){{0,3}}"
    rf"|(?<!\d )0[1-9]\d{{0,3}}(?:{_GAP}\d{{2,8}}){{1,5}}|07[1-9]\d{{8}}"
    rf"){_END}"
)
ANY_NUMBER = re.compile(rf"(?<![\w.\-/+])\+?\(?\+?\d(?:[ .\-/()]{{0,3}}\d){{6,14}}{_END}")
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
    """Tell whether a stretch of a telephone number's shape is one in a plan, and is no date and nobody's free line."""
    has_length = sum(map(str.isdigit, number)) in UNLABELLED_DIGITS
    return has_length and _can_be_dialled(number) and _in_plan(number, _regions(number)) is not None


def is_labelled_phone(number: str, before: str) -> bool:
    """Tell whether a number stands behind words of calling somebody, and is no date, years or round amount."""
    is_amount = re.fullmatch(r"(?=.*00$)[1-9]\d{0,2}(?: \d{3})+", number) is not None
    return not is_amount and LABEL.search(before) is not None and _can_be_dialled(number)


def _can_be_dialled(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    is_made_up = len(set(digits)) < 3 or (len(digits) > 8 and digits in "01234567890")
    return not is_made_up and not DATES.match(number) and not _is_free(number)


def _regions(number: str) -> tuple[str, ...]:
    """Name the regions where one writes a number so: "415-555-2671" in North America, "(020) 7946 0958" in several."""
    return NORTH_AMERICA if re.fullmatch(_NORTH_AMERICAN, number) else REGIONS


def _is_free(number: str) -> bool:
    found = _in_plan(number, REGIONS)
    return found is not None and number_type(found.number) == PhoneNumberType.TOLL_FREE


@lru_cache(maxsize=10_000)
def _in_plan(number: str, regions: tuple[str, ...]) -> PhoneNumberMatch | None:
    """Return the whole number as the first of the regions reads it; behind a country's code its length must fit."""
    if re.match(_ABROAD, number):
        return _whole(number, EXIT_BY_00, Leniency.POSSIBLE)
    return next(filter(None, (_whole(number, region, Leniency.VALID) for region in regions)), None)


def _whole(number: str, region: str, leniency: int) -> PhoneNumberMatch | None:
    found = next(iter(PhoneNumberMatcher(number, region, leniency)), None)
    is_whole = found is not None and re.sub(r"\D", "", found.raw_string) == re.sub(r"\D", "", number)
    return found if is_whole else None
