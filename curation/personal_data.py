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


class Span(NamedTuple):
    """A stretch of personal data in a text."""

    start: int
    end: int
    kind: str


Recogniser = Callable[[str], list[Span]]

EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.%+\-]{0,63}@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,24}(?![\w-])")
# addresses of an office or in a manual's examples belong to nobody
# written so that machines don't see it: "ada DOT roe AT mail.net", "ada (at) mail (dot) net"
SPELT_EMAIL = re.compile(
    r"\b\w+(?: DOT \w+| ?[\[(]dot[\])] ?\w+|\.\w+)*(?: AT | ?[\[(]at[\])] ?)\w+(?:(?: DOT | ?[\[(]dot[\])] ?|\.)\w+)+"
)
OFFICE = re.compile(
    r"^(?:info|contact|help|helpdesk|support|service|services|customer\w*|admin|administrator|webmaster|office"
    r"|press|media|sales|enquir\w+|inquir\w+"
    r"|questions?|feedback|hello|mail|no-?reply|privacy|hr|jobs|careers|team|billing|orders?|news\w*|editor"
    r"|membership|\w*(?:info|inquiries|help|center|office|foundation))@"
    r"|@(?:[\w-]+\.)*(?:example\.\w+|domain\.com|email\.com|test\.com|yourcompany\.com)$",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w.\-/+(])(?:"
    r"\+\d{1,3}[ .\-]?(?:\(0?\d{1,5}\)[ .\-]?)?\d{1,5}(?:[ .\-]?\d{2,5}){1,4}"  # international
    r"|(?:1[ .\-])?\(\d{3}\) ?\d{3}[ .\-]\d{4}|(?:1[ .\-])?[2-9]\d{2}([.\- ])[2-9]\d{2}\1\d{4}"  # North America
    r"|0\d{3,4}[ \-]\d{3}[ \-]?\d{3,4}|0\d{2}[ \-]\d{4}[ \-]?\d{4}|\(0\d{2,4}\) ?\d{3,4}[ \-]?\d{3,4}"  # Britain
    r"|0\d{2,4}[ /\-]\d{5,8}(?:-\d{1,4})?|0\d(?:[ .]\d{2}){4}"  # Germany, France
    r")(?![\w\-]|\.\d)"
)
TOLL_FREE = re.compile(r"^(?:\+?1[ .\-]?)?\(?8(?:00|33|44|55|66|77|88)\)?\b|^0800|^\+\d{1,3}[ .\-]?\(?0?800")
CARD = re.compile(r"(?<![\d.\-])(?:\d[ \-]?){12,18}\d(?![\d\-]|\.\d)")
CARD_PREFIX = re.compile(r"^(?:4|5[1-5]|2[2-7]|3[4-9]|30|6(?:011|4|5|2))")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
SOCIAL_SECURITY = re.compile(r"(?<![\w\-.])(?!000|666|9)\d{3}([\- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w\-]|\.\d)")
NATIONAL_INSURANCE = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"
)
ADDRESS_V4 = re.compile(r"(?<![\w.\-])(?:\d{1,3}\.){3}\d{1,3}(?![\w\-]|\.\d)")
ADDRESS_V6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}:){2,7}(?::|[0-9a-fA-F]{1,4}|(?::[0-9a-fA-F]{1,4})+)(?![\w:])")
# a day of birth in figures is somebody's who writes; in words it is often an encyclopedia's
BORN = re.compile(
    r"\b(?:born(?: on)?|(?:birth ?date|date of birth|d\.?o\.?b\.?)(?: is|:)?) "
    r"(?:(?:\d{1,2}[./\-]){2}(?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?![\d/\-])",
    re.IGNORECASE,
)
LONG_NUMBER = re.compile(r"\d(?:[ .()/\-]{0,2}[\dA-Z]){5}")  # any number below has six digits that near each other
VERSION = re.compile(r"(?:version|release|build|firmware|v\.?|section|§)\s*$", re.IGNORECASE)

PRESIDIO_KINDS = {
    "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "CARD", "IBAN_CODE": "IBAN", "US_SSN": "SSN",
    "UK_NINO": "NINO", "IP_ADDRESS": "IP", "CRYPTO": "CRYPTO", "US_PASSPORT": "PASSPORT", "UK_NHS": "NHS_NUMBER",
    "US_DRIVER_LICENSE": "LICENCE", "ES_NIF": "NIF", "IT_FISCAL_CODE": "FISCAL_CODE", "MEDICAL_LICENSE": "LICENCE",
}  # fmt: skip
PRESIDIO_SURE = 0.5  # Presidio's score from which a pattern had its check digit or its context word


def patterns(text: str) -> list[Span]:
    """Find e-mail, phone, card, IBAN, US and UK numbers and IP addresses, in order; numbers must pass their check."""
    found = sorted(_candidates(text), key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _candidates(text: str) -> Iterator[Span]:
    has_number = LONG_NUMBER.search(text) is not None
    for kind, pattern, is_real, needs in CHECKS:
        if not (has_number if needs is None else needs in text):
            continue
        for match in pattern.finditer(text):
            if is_real(match.group(), text[max(0, match.start() - 40) : match.start()]):
                yield Span(match.start(), match.end(), kind)


def is_card(number: str, before: str = "") -> bool:
    """Check a card number's issuer prefix and its last digit (Luhn, ISO/IEC 7812)."""
    digits = re.sub(r"\D", "", number)
    if not 13 <= len(digits) <= 19 or not CARD_PREFIX.match(digits) or len(set(digits)) < 2:
        return False
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(int(d) for d in digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def is_iban(code: str, before: str = "") -> bool:
    """Check an account number's remainder modulo 97 (ISO 13616)."""
    compact = code.replace(" ", "")
    moved = compact[4:] + compact[:4]
    return 15 <= len(compact) <= 34 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def is_address(text: str, before: str = "") -> bool:
    """Check that an address of the internet protocol names one machine, and isn't a version number."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    nobody = address.is_loopback or address.is_unspecified or address.is_multicast or text.startswith("255.")
    return not nobody and not VERSION.search(before) and not text.endswith(".0.0.0")


def _is_personal_email(address: str, before: str) -> bool:
    return not OFFICE.search(address)


def _is_phone(number: str, before: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return 9 <= len(digits) <= 15 and len(set(digits)) > 2 and not TOLL_FREE.match(number)


def _is_any(text: str, before: str) -> bool:
    return True


# kind, pattern, check, and the character without which there can be none; None: a long number
CHECKS: tuple[tuple[str, re.Pattern[str], Callable[[str, str], bool], str | None], ...] = (
    ("EMAIL", EMAIL, _is_personal_email, "@"),
    ("EMAIL", SPELT_EMAIL, _is_any, " AT "),
    ("EMAIL", SPELT_EMAIL, _is_any, "(at)"),
    ("EMAIL", SPELT_EMAIL, _is_any, "[at]"),
    ("CARD", CARD, is_card, None),
    ("IBAN", IBAN, is_iban, None),
    ("SSN", SOCIAL_SECURITY, _is_any, None),
    ("NINO", NATIONAL_INSURANCE, _is_any, None),
    ("IP", ADDRESS_V4, is_address, None),
    ("IP", ADDRESS_V6, is_address, ":"),
    ("PHONE", PHONE, _is_phone, None),
    ("BORN", BORN, _is_any, None),
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
    results = _presidio().analyze(text, language="en", entities=list(PRESIDIO_KINDS), score_threshold=PRESIDIO_SURE)
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
