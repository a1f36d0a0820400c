"""A cell's text is what a person sees in the spreadsheet."""

from __future__ import annotations

import datetime

import pytest

from winnow.data.formats.number_formats import general, shown

THEN = datetime.datetime(2021, 4, 1, 14, 5, 9, 250_000)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.045, "0.0%", "4.5%"),
        (0.5, "0%", "50%"),
        (0.285, "0%", "29%"),  # in binary it is a little less
        (1234, "000000", "001234"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (12.5, '"£"0.00', "£12.50"),
        (3, "[$€-407]#,##0.00", "€3.00"),
        (-1234.5, '#,##0.00" €"', "-1,234.50 €"),
        (-5, '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "-5.00 €"),
        (-5, "0;(0)", "(5)"),
        (-5, "0;[Red]-0", "-5"),
        (0, '0;-0;"none"', "none"),
        (150, '[>=100]"high";"low"', "high"),
        (7, '[>=100]"high";"low"', "low"),
        (1_234_567, '#,##0,"k"', "1,235k"),
        (0.3, "#.##", ".3"),
        (2.5, "0.###", "2.5"),
        (5551234, "000-0000", "555-1234"),
        (7, 'General" kg"', "7 kg"),
        (1e22, "0", "1" + "0" * 22),
        ("abc", "@", "abc"),
        ("x", '0;0;0;"about "@', "about x"),
        (THEN, "dd mmm yyyy", "01 Apr 2021"),
        (THEN, "d.m.yy", "1.4.21"),
        (THEN, "mm-dd-yy", "2021-04-01"),  # Excel shows it as the reader's country does
        (THEN, "m/d/yy h:mm", "2021-04-01 14:05"),
        (THEN, "h:mm AM/PM", "2:05 PM"),
        (THEN, "mm:ss.0", "05:09.2"),
        (THEN, "yyyy\\-mm\\-dd", "2021-04-01"),
        (THEN, "[$-F800]dddd, mmmm dd, yyyy", "2021-04-01"),
        (THEN, "[$-409]dddd, d mmmm", "Thursday, 1 April"),
        (datetime.time(9, 30), "hh:mm", "09:30"),
        (datetime.timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
        (1.5, "# ?/?", None),
        (12345.678, "0.00E+00", None),
        (THEN, "[$-407]d. mmmm yyyy", None),  # Excel writes a German month
        (THEN, "General", None),
    ],
)
def test_a_value_is_written_as_its_code_says_or_not_at_all(value, code, text):
    assert shown(value, code) == text


def test_a_number_without_a_format_has_the_digits_that_spreadsheets_keep():
    assert [general(number) for number in (0.1 + 0.2, 12.0, 1e300, 2.5)] == ["0.3", "12", "1e+300", "2.5"]
