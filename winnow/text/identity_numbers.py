"""Numbers that offices give to a person or an account: by their check digits, and by their name where those are weak.

>>> [(kind, start) for start, _, kind in named_numbers("CPF 390.533.447-05, order 390.533.447-05")]
[('NATIONAL_ID', 4)]
>>> [*ibans("Pay to GB82 WEST 1234 5698 7654 32 BIC WESTGB2L.")]
[(7, 34, 'IBAN')]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from stdnum import iban, luhn
from stdnum.util import get_module_name

Found = tuple[int, int, str]  # start, end, kind


class Format(Protocol):
    """A module of python-stdnum: one kind of number of one country."""

    def is_valid(self, number: str) -> bool:
        """Check length, parts and check digits."""


# kind -> modules of python-stdnum whose numbers a person has; such a number counts behind its own name
FORMATS = {
    "NATIONAL_ID": (
        "ar.dni at.vnr be.bis be.eid be.nn bg.egn bg.pnf br.cpf ca.bc_phn ca.sin ch.ssn cl.rut cn.ric cr.cpf cr.cr "
        "cu.ni cz.rc dk.cpr do.cedula ec.ci ee.ik es.dni es.nie fi.hetu fr.nir gb.nhs gr.amka hr.oib id.nik ie.pps "
        "il.idnr in_.aadhaar in_.epic in_.vid is_.kennitala it.codicefiscale jp.in_ kr.rrn lt.asmens mu.nid mx.curp "
        "my.nric nl.bsn nl.identiteitskaartnummer no.fodselsnummer pe.cui pk.cnic pl.pesel pt.cc ro.cnp "
        "se.personnummer si.emso sk.rc th.pin tr.tckimlik za.idnr"
    ),
    "TAX_NUMBER": (
        "ar.cuit at.tin au.tfn co.nit de.idnr de.stnr fr.nif gb.utr ke.pin mx.rfc nz.ird pe.ruc ru.inn "
        "th.tin ua.rntrc us.atin us.itin us.ptin za.tin"
    ),
    "VAT": (
        "at.uid be.vat bg.vat ch.vat cy.vat cz.dic de.vat dk.cvr ee.kmkr es.nif eu.vat fi.alv fr.tva gb.vat gr.vat "
        "hu.anum ie.vat in_.gstin it.iva lt.pvm lu.tva lv.pvn mt.vat nl.btw no.mva pl.nip pt.nif ro.cf se.vat "
        "si.ddv sk.dph"
    ),
}  # fmt: skip
# their letters, day of birth and check digits are met by chance less than once in 100,000 codes of that length
SURE_FORMATS = ("it.codicefiscale", "mx.curp", "cn.ric")
MIN_SURE_CHARS = 16  # the fewest of a code that counts without its name
MAX_CHARS_TO_NAME = 40  # before a number, in which its name is looked for
CODE = re.compile(r"(?<![\w.\-/+])(?:[A-Z]{1,6}[ \-]?){0,2}\d(?:[ .\-/+]?[A-Z\d]){5,24}(?![\w@])")
IBAN = re.compile(r"\b(?:[A-Z]{2}[ \-]?\d\d(?:[ .\-]?[A-Z\d]){11,30}|[a-z]{2}\d\d[a-z\d]{11,30})(?![A-Za-z\d])")
CARD = re.compile(
    r"(?<![\d.\-])(?:(?:\d[ \-]?){12,18}\d|\d{4}([./_])(?:\d{4}\1\d{4}\1\d{1,7}|\d{6}\1\d{4,5}))(?![\d\-]|[./]\d)"
)
CARD_PREFIX = re.compile(r"^(?:4|5[0-8]|2[2-7]|3[4-9]|30|6(?:011|4|5|2|304|7))")
GROUP_END = re.compile(r"(?= )|$")


def is_card(number: str) -> bool:
    """Check a card number's issuer prefix and its last digit (Luhn, ISO/IEC 7812)."""
    digits = re.sub(r"\D", "", number)
    is_issued = 13 <= len(digits) <= 19 and CARD_PREFIX.match(digits) is not None and len(set(digits)) > 1
    return is_issued and luhn.is_valid(digits)


def is_iban(code: str) -> bool:
    """Check an account number's remainder modulo 97 and its country's parts (ISO 13616)."""
    return iban.is_valid(code, check_country=False)  # a bank's own check digits are another matter


def cards(text: str) -> Iterator[Found]:
    """Yield the numbers of payment cards."""
    return ((*match.span(), "CARD") for match in CARD.finditer(text) if is_card(match.group()))


def ibans(text: str) -> Iterator[Found]:
    """Yield the numbers of accounts."""
    return _valid(IBAN, text, lambda code, before: "IBAN" if is_iban(code) else "")


def named_numbers(text: str) -> Iterator[Found]:
    """Yield the numbers of persons that stand behind their name, and those that need none."""
    return _valid(CODE, text, _kind)


def _valid(pattern: re.Pattern[str], text: str, kind_of: Callable[[str, str], str]) -> Iterator[Found]:
    """Yield the stretches of a pattern, each cut at the last blank before which it has a kind."""
    at = 0
    while match := pattern.search(text, at):
        code, start = match.group(), match.start()
        before = text[max(0, start - MAX_CHARS_TO_NAME) : start]
        ends = [group.start() for group in GROUP_END.finditer(code)]
        at = start + max(ends[0], 1)
        for end in reversed(ends):
            if kind := kind_of(code[:end], before):
                at = start + end
                yield start, at, kind
                break


def _kind(code: str, before: str) -> str:
    """Name the kind of a number by itself, or by the name before it; an empty string where it is none."""
    names, formats, sure = _formats()
    if len(code) >= MIN_SURE_CHARS and any(module.is_valid(code) for module in sure):
        return "NATIONAL_ID"
    said = re.split(r"\d", before)[-1]  # what stands before another number is that one's name
    stand_for = (formats[_key(name.group())] for name in names.finditer(said))
    return next((kind for pairs in stand_for for kind, module in pairs if module.is_valid(code)), "")


@lru_cache(maxsize=1)
def _formats() -> tuple[re.Pattern[str], dict[str, list[tuple[str, Format]]], list[Format]]:
    """Load the formats: a pattern of their names, what each name stands for, and those that need none."""
    formats: dict[str, list[tuple[str, Format]]] = {}
    patterns: set[str] = set()
    for kind, modules in FORMATS.items():
        for module in map(_module, modules.split()):
            for name in _names(get_module_name(module)):
                formats.setdefault(_key(name), []).append((kind, module))
                parts = r"\W{0,3}".join(re.findall(r"\w+", name))
                patterns.add(parts if name.isupper() else f"(?i:{parts})")  # "PIN" is a name, "pin" a word
    names = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(patterns, key=len, reverse=True))})(?!\w)")
    return names, formats, [_module(name) for name in SURE_FORMATS]


def _names(title: str) -> list[str]:
    """Split what python-stdnum calls a format into the names by which people call it.

    "CPF (Cadastro de Pessoas Físicas, Brazilian national identifier)" gives CPF, Cadastro de Pessoas Físicas and
    national identifier.
    """
    head, _, rest = title.partition("(")
    *inner, described = re.split(r"[,()]", rest.rstrip(' )"'))
    names = [re.sub(r"^([A-Z]{3,})\.? (?:No|nro|number)$", r"\1", name.strip(' ."')) for name in head.split(",")]
    names += [name.strip(' ."') for name in inner if f"{name}," in rest]
    words = described.removeprefix(" ").removeprefix("the ").split()[1:]  # without the country
    names.append(" ".join(words) if len(words) > 1 else "")
    return [name for name in names if len(name) > 2 or not name.isascii()]  # "IN" is a word too


def _key(name: str) -> str:
    return re.sub(r"\W", "", name).casefold()


def _module(name: str) -> Format:
    return cast(Format, import_module(f"stdnum.{name}"))
