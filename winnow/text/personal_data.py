"""Personal data by patterns with their check digits, or by Presidio where the extra `pii` is installed.

>>> [span.kind for span in patterns("Write to jane.roe@mail.net or pay from GB82 WEST 1234 5698 7654 32.")]
['EMAIL', 'IBAN']
>>> mask("Call me at (415) 555-2671.")
'Call me at [PHONE].'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NamedTuple

from winnow.errors import require
from winnow.text.identity_numbers import cards, ibans, named_numbers
from winnow.text.phone_numbers import ANY_NUMBER, PHONE, is_labelled_phone, is_phone


class Span(NamedTuple):
    """A stretch of personal data in a text."""

    start: int
    end: int
    kind: str


Recogniser = Callable[[str], list[Span]]

EMAIL = re.compile(r"(?<![\w.+-])[^\W_][\w.%+\-]{0,63}@(?:[^\W_][\w\-]*\.)+[A-Za-z]{2,24}(?![\w-])")
# written so that machines don't see it: "ada DOT roe AT mail.net", "ada [at] mail (punkt) net", "ada at mail dot se"
_AT = r" ?(?:[\[({<] ?(?:at|ät|@|arroba) ?[\])}>]|_at_) ?"
_DOT = r"(?: ?[\[({<] ?(?:dot|punkt|punto|point|ponto|\.) ?[\])}>] ?|_dot_| dot |\.)"
_ENDING = r"(?:com|net|org|edu|gov|info|io|eu|de|uk|fr|es|nl|se|dk|fi|pl|ch|ie|au|nz|ca|jp|br|za|ke|ru|cz|pt|hu|ro)"
POST = ("gmail", "gmx", "hotmail", "outlook", "yahoo", "icloud", "proton", "web.de")
BRACKETED_EMAIL = re.compile(
    rf"\b[\w+\-]+(?:{_DOT}[\w+\-]+)*{_AT}[\w\-]+(?:{_DOT}[\w\-]+)*(?:{_DOT}| ?\. ?)[a-z]{{2,24}}\b",
    re.IGNORECASE,
)
BRACKETS = ("(at", "[at", "{at", "<at", "_at_", "(AT", "[AT", "(@", "[@", "{@", "( at", "[ at", "(ät", "[ät", "(arroba")
SPELT_EMAIL = re.compile(
    r"\b\w+(?:(?: DOT |\.)\w+)* AT [\w\-]+(?:(?: DOT |\.)[\w\-]+)+"
    r"|\b[\w.+\-]+(?: dot [\w\-]+)+ at [\w\-]+(?: dot [\w\-]+)* dot [a-z]{2,4}\b"
    rf"|\b[\w.+\-]+ at [\w\-]+(?: dot [\w\-]+)* dot {_ENDING}\b"
    r"|\b\w+[._]\w+ @ ?[\w\-]+ ?\. ?[a-z]{2,4}\b"
)
POST_EMAIL = re.compile(rf"\b[a-z]\w*[._\d]\w* at (?:{'|'.join(POST)})[\w.]*")
# addresses of an office, or those by which manuals show what one is, belong to nobody
OFFICE = re.compile(
    r"^(?:info|contact|help|helpdesk|support|service|services|customer\w*|admin|administrator|webmaster|office"
    r"|press|media|sales|enquir\w+|inquir\w+"
    r"|questions?|feedback|hello|mail|no-?reply|privacy|hr|jobs|careers|team|billing|orders?|news\w*|editor"
    r"|membership|\w*(?:info|inquiries|help|center|office|foundation))@"
    r"|@(?:[\w-]+\.)*(?:domain\.com|email\.com|test\.com|yourcompany\.com)$"
    r"|^(?:\w*name|\w*user\w*|you|your\S*|someone|somebody|anyone|me|test\w*|foo\w*|bar|abc|xyz|e-?mail|address|alice|bob"
    r"|(?:john|jane|joe)(?:[._-]?(?:doe|smith|public))?|first\S*|\w)@(?:[\w-]+\.)*example\.\w+$",
    re.IGNORECASE,
)
SOCIAL_SECURITY = re.compile(r"(?<![\w\-.])(?!000|666|9)\d{3}([\- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w\-]|\.\d)")
NAMED_SECURITY = re.compile(r"(?<![\w\-.])(?!000|666|9)\d{3}(\.?)(?!00)\d{2}\1(?!0000)\d{4}(?![\w\-]|\.\d)")
SECURITY_LABEL = re.compile(r"(?:\bssn|social security)(?: (?:number|num|no))?\W*(?:(?:is|was)\W+)?$", re.IGNORECASE)
NATIONAL_INSURANCE = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"
)
ADDRESS_V4 = re.compile(r"(?<![\w.\-])(?:\d{1,3}\.){3}\d{1,3}(?![\w\-]|\.\d)")
ADDRESS_V6 = re.compile(
    r"(?<![\w.])(?<![0-9a-fA-F]:)[0-9a-fA-F]{1,4}:[0-9a-fA-F:]{1,35}(?:[0-9a-fA-F]|(?<=:):)(?!\w)(?:%\w+)?"
)
# "a::b" is a name in a program: a shortened address begins with a block that is given out
GIVEN_OUT = re.compile(r"^(?:[23][0-9a-f]{3}|fe[89ab][0-9a-f]|f[cd][0-9a-f]{2}|64):", re.IGNORECASE)
# a day of birth in figures is somebody's who writes; in words it is often an encyclopedia's
BORN = re.compile(
    r"\b(?:born(?: on)?|(?:birth ?date|date of birth|d\.?o\.?b\.?)(?: is|:)?) "
    r"(?:(?:\d{1,2}[./\-]){2}(?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?![\d/\-])",
    re.IGNORECASE,
)
PLAIN = str.maketrans("\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013", "    ----")  # blanks and dashes of print
LONG_NUMBER = re.compile(r"\d(?:[ .()/\-]{0,2}[\dA-Z]){5}")  # any number below has six digits that near each other
VERSION = re.compile(r"(?:version|release|build|firmware|v\.?|section|§)\s*$", re.IGNORECASE)

PRESIDIO_KINDS = {
    "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "CARD", "IBAN_CODE": "IBAN", "US_SSN": "SSN",
    "UK_NINO": "NINO", "IP_ADDRESS": "IP", "CRYPTO": "CRYPTO", "US_PASSPORT": "PASSPORT", "UK_NHS": "NHS_NUMBER",
    "US_DRIVER_LICENSE": "LICENCE", "ES_NIF": "NIF", "IT_FISCAL_CODE": "FISCAL_CODE", "MEDICAL_LICENSE": "LICENCE",
}  # fmt: skip
MIN_PRESIDIO_SCORE = 0.5  # Presidio's score from which a pattern had its check digit or its context word


def patterns(text: str) -> list[Span]:
    """Find addresses of e-mail and machines, numbers of phones, cards, accounts and persons that pass their check."""
    plain = text if text.isascii() else text.translate(PLAIN)
    found = sorted(_candidates(plain), key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _candidates(text: str) -> Iterator[Span]:
    has_number = LONG_NUMBER.search(text) is not None
    if has_number:
        yield from (Span(*found) for find in (cards, ibans, named_numbers) for found in find(text))
    for kind, pattern, is_real, hints in CHECKS:
        if not (any(hint in text for hint in hints) if hints else has_number):
            continue
        for match in pattern.finditer(text):
            if is_real(match.group(), text[max(0, match.start() - 40) : match.start()]):
                yield Span(match.start(), match.end(), kind)


def is_address(text: str, before: str = "") -> bool:
    """Check that an address of the internet protocol names one machine, and isn't a version number."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    nobody = address.is_loopback or address.is_unspecified or address.is_multicast or text.startswith("255.")
    if "::" in text and not GIVEN_OUT.match(text):
        return False
    return not nobody and not VERSION.search(before) and not text.endswith(".0.0.0")


def _is_personal_email(address: str, before: str) -> bool:
    return not OFFICE.search(address)


def _is_spelt_email(address: str, before: str) -> bool:
    user = re.split(r"[^\w.]+(?:at|ät|arroba)\b|_at_|\W*@", address, maxsplit=1, flags=re.IGNORECASE)[0]
    return not OFFICE.search(f"{user}@")


def _is_named_security(number: str, before: str) -> bool:
    return SECURITY_LABEL.search(before) is not None


def _is_any(text: str, before: str) -> bool:
    return True


# kind, pattern, check, and characters of which a text with it has some; none: a long number
CHECKS: tuple[tuple[str, re.Pattern[str], Callable[[str, str], bool], tuple[str, ...]], ...] = (
    ("EMAIL", EMAIL, _is_personal_email, ("@",)),
    ("EMAIL", SPELT_EMAIL, _is_spelt_email, (" AT ", " dot ", " @")),
    ("EMAIL", POST_EMAIL, _is_spelt_email, tuple(f" at {name}" for name in POST)),
    ("EMAIL", BRACKETED_EMAIL, _is_spelt_email, BRACKETS),
    ("SSN", SOCIAL_SECURITY, _is_any, ()),
    ("SSN", NAMED_SECURITY, _is_named_security, ()),
    ("NINO", NATIONAL_INSURANCE, _is_any, ()),
    ("IP", ADDRESS_V4, is_address, ()),
    ("IP", ADDRESS_V6, is_address, ("::", ":0", ":1", ":2")),
    ("PHONE", PHONE, is_phone, ()),
    ("PHONE", ANY_NUMBER, is_labelled_phone, ()),
    ("BORN", BORN, _is_any, ()),
)


def recogniser(name: str) -> Recogniser:
    """Return the recogniser of that name, `patterns` or `presidio`.

    Raises InputError with the install line when the extra `pii` is missing.
    """
    if name == "patterns":
        return patterns
    _presidio()
    return by_presidio


def by_presidio(text: str) -> list[Span]:
    """Find what our patterns find, and what Presidio's add to it."""
    results = _presidio().analyze(
        text, language="en", entities=list(PRESIDIO_KINDS), score_threshold=MIN_PRESIDIO_SCORE
    )
    return _merge(patterns(text), [Span(r.start, r.end, PRESIDIO_KINDS[r.entity_type]) for r in results])


@lru_cache(maxsize=1)
def _presidio() -> Any:
    """Make Presidio's analyser of pattern rules; no language model is loaded or fetched."""
    analyzer = require("presidio_analyzer", "pii")
    spacy = require("spacy", "pii")
    provider = require("presidio_analyzer.nlp_engine", "pii")
    engine = provider.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": spacy.blank("en")}
    registry = analyzer.RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.remove_recognizer("EmailRecognizer")  # asks the network for a list of domains; our own pattern stays
    return analyzer.AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def _merge(ours: Sequence[Span], theirs: Sequence[Span]) -> list[Span]:
    """Add the spans that none of ours touches."""
    extra = [t for t in theirs if not any(t.start < o.end and o.start < t.end for o in ours)]
    return sorted([*ours, *extra])


def mask(text: str, recognise: Recogniser = patterns) -> str:
    """Put the kind in brackets in each span's place."""
    for span in reversed(recognise(text)):
        text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text
