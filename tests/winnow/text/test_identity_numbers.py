"""Numbers that offices give are found behind their name; the same digits behind another word aren't."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.util import get_module_name

from winnow.text.identity_numbers import FORMATS, named_numbers
from winnow.text.personal_data import mask, patterns

OFFICIAL = {"NATIONAL_ID", "TAX_NUMBER", "VAT", "IBAN"}
EXAMPLE = re.compile(r">>> validate\('([^'a-z]+)'\)[^\n]*\n(\s*'|Traceback[^>]*InvalidChecksum)")
# wrong in Israel and Colombia, right in Peru and elsewhere; and zeros are right without their last group
RIGHT_ELSEWHERE = {"3933742-2", "2131234325", "00000000 0 ZZ3"}


def documented(is_valid):
    """The numbers that python-stdnum's own pages show as valid, or as having a wrong check digit, with their names."""
    for modules in FORMATS.values():
        for name in modules.split():
            module = import_module(f"stdnum.{name}")
            names = [part.strip() for part in re.split(r"[(,]", get_module_name(module))]
            label = next(part for part in names if len(part) > 2 or not part.isascii())
            for number, outcome in EXAMPLE.findall(module.__doc__):
                if outcome.startswith("Traceback") != is_valid and number not in RIGHT_ELSEWHERE:
                    yield pytest.param(label, number.strip(), id=f"{name} {number}")


@pytest.mark.parametrize(("label", "number"), documented(is_valid=True))
def test_a_number_that_its_format_documents_is_found_behind_its_name(label, number):
    text = f"{label}: {number} was given."
    assert [text[start:end] for start, end, _ in named_numbers(text)] == [number]


@pytest.mark.parametrize(("label", "number"), documented(is_valid=False))
def test_a_number_with_a_wrong_check_digit_is_left_alone(label, number):
    assert not [*named_numbers(f"{label}: {number} was given.")]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("My social insurance number is 123-456-782, thanks.", "My social insurance number is [NATIONAL_ID], thanks."),
        ("CPF 390.533.447-05, pedido 390.533.447-05", "CPF [NATIONAL_ID], pedido 390.533.447-05"),
        ("NHS number 943 476 5870 AND BLOOD GROUP B", "NHS number [NATIONAL_ID] AND BLOOD GROUP B"),
        ("Rossi Carla, RCCMNL83S18D969H", "Rossi Carla, [NATIONAL_ID]"),
        ("USt-IdNr. DE 136 695 976", "USt-IdNr. [VAT]"),
        ("Pay DE89 3704 0044 0532 0130 00 BIC COBADEFF", "Pay [IBAN] BIC COBADEFF"),
    ],
)
def test_only_the_number_itself_is_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "order 123456782, invoice 44051401359, ticket 2131234321",
        "a PIN of 4 digits; the NHS treated 1 234 567 people in 2019",
        "VAT of 20 % on 1 250 000, and VAT since 1973-04-01",
        "ISBN 978-3-16-148410-0 and 0-306-40615-2, EAN 4006381333931",
        "pinned in 1234567890, taxed at 136695976",
    ],
)
def test_orders_amounts_and_books_are_nobodys_number(text):
    assert not OFFICIAL & {span.kind for span in patterns(text)}


@given(st.integers(10**5, 10**13), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(1, 10**9))
def test_no_number_of_an_order_is_taken_for_an_office_s(number, day, amount):
    text = f"Order {number} of {day:%d.%m.%Y} ({day:%Y%m%d}) came to {amount:,} pounds or {amount} cents."
    assert not OFFICIAL & {span.kind for span in patterns(text)}
