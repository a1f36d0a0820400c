"""Personal data are found by their check digits; numbers of another kind aren't."""

from __future__ import annotations

import importlib.util

import pytest

from winnow.errors import InputError
from winnow.text.identity_numbers import is_card, is_iban
from winnow.text.personal_data import mask, patterns, recogniser


def kinds(text):
    return [span.kind for span in patterns(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("jane.roe@mail.net", "EMAIL"),
        ("card 4111 1111 1111 1111 was used", "CARD"),
        ("Amex 3782 822463 10005", "CARD"),
        ("GB82 WEST 1234 5698 7654 32", "IBAN"),
        ("DE89370400440532013000", "IBAN"),
        ("SSN 536-22-8741", "SSN"),
        ("NI number AB 12 34 56 C", "NINO"),
        ("from 84.23.119.7 at noon", "IP"),
        ("from 2001:db8:85a3::8a2e:370:7334", "IP"),
        ("call (415) 555-2671", "PHONE"),
        ("ring +44 7911 123456", "PHONE"),
        ("Tel. 020 7946 0958", "PHONE"),
        ("I'm Joan Tillery, born 14/03/1962", "BORN"),
        ("my date of birth is 1962-03-14", "BORN"),
        ("DOB: 14.03.62", "BORN"),
    ],
)
def test_each_kind_is_found(text, kind):
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112 fails its check digit",
        "GB82 WEST 1234 5698 7654 33",
        "666-22-8741 and 000-12-3456 are no numbers of anyone",
        "version 10.2.3.4 of the firmware",
        "the mask 255.255.255.0 and 127.0.0.1",
        "write to info@bank.org or support@bank.org",
        "toll-free 1-800-555-0199",
        "from 2009-2010, 1,234,567 people; 12.5 mg; 3-4 times; 1990-1995",
        "a form of 14/03/1962; a child born 2 weeks early; Darwin was born on 12 February 1809",
        "the ratio 16:9, at 12:30:45, ISBN 978-3-16-148410-0",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Reach Moira under 087 294 6138",
        "Ursula, 0664 1837265",
        "(020) 7946 0958 in the evening",
        "Bureau +33 6 39 98 41 27",
        "from abroad 00353 20 910 0732",
        "Kevin (0412 738 906)",
    ],
)
def test_a_number_that_its_country_could_give_is_found_without_a_label(text):
    assert kinds(text) == ["PHONE"]


@pytest.mark.parametrize(
    "text",
    [
        "+999 123 456 789 has the code of no country",
        "211-555-0100 has an area that North America gave to a service",
        "the weeks 01 02 03 04 05 06 of the year",
        "call (0800) 123 4567 for free, or +49 800 1234567",
        "parcel 0201 2345 6789 0123, ISBN 0-306-40615-2, section 012-345-678",
    ],
)
def test_digits_in_groups_that_nobody_could_dial_are_no_number(text):
    assert kinds(text) == []


def test_known_check_digits():
    assert is_card("5500 0000 0000 0004")
    assert not is_card("5500 0000 0000 0005")
    assert is_iban("FR14 2004 1010 0505 0001 3M02 606")
    assert not is_iban("FR14 2004 1010 0505 0001 3M02 607")


def test_masking_leaves_the_rest_as_it_was_and_is_done_once():
    text = "Write to ada.roe@mail.net, or ring +44 7911 123456!"
    assert mask(text) == "Write to [EMAIL], or ring [PHONE]!"
    assert mask(mask(text)) == mask(text)


def test_without_presidio_the_line_that_installs_it_is_named():
    if importlib.util.find_spec("presidio_analyzer"):
        pytest.skip("Presidio is installed here")
    with pytest.raises(InputError, match=r"pip install 'winnow-studio\[pii\]'"):
        recogniser("presidio")


@pytest.mark.slow
def test_presidio_adds_its_kinds_to_ours():
    pytest.importorskip("presidio_analyzer", reason="extra pii isn't installed")
    found = recogniser("presidio")("Pay 1BoatSLRHtKNngkdXEeobR76b53LETtpyT, then write to ada.roe@mail.net")
    assert [span.kind for span in found] == ["CRYPTO", "EMAIL"]
