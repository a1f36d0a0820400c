"""The tables that give a number its size: units, currencies, scales, number words.

>>> UNITS["mg"], UNITS["milligrams"], SCALE_WORDS["dozen"], NUMBER_WORDS["seven"]
(Unit(dimension='mass', size=0.001), Unit(dimension='mass', size=0.001), 12.0, 7)
"""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """A unit's dimension and its size in the base unit of that dimension: gram, litre, metre, second, month, 1."""

    dimension: str
    size: float


# dimension → (spelled-out names, symbols, size); only quantities of one dimension are compared by size
_MEASURES: dict[str, tuple[tuple[str, str, float], ...]] = {
    "share": (
        ("percent|per cent|percentage point|percentage points", "%|pct|pp", 1e-2),
        ("basis point|basis points", "bps|bp", 1e-4),
        ("", "‰", 1e-3),
    ),
    "$": (("dollar|dollars", "usd", 1.0), ("cent|cents", "", 0.01)),
    "€": (("euro|euros", "eur|€", 1.0),),
    "£": (("pounds sterling", "gbp", 1.0),),
    "¥": (("yen", "jpy", 1.0),),
    "₹": (("rupee|rupees", "inr", 1.0),),
    "mass": (
        ("microgram|micrograms", "mcg|μg|ug", 1e-6),
        ("milligram|milligrams", "mg", 1e-3),
        ("gram|grams", "g", 1.0),
        ("kilogram|kilograms", "kg", 1e3),
        ("ounce|ounces", "", 28.349523125),
        ("", "lb|lbs", 453.59237),
    ),
    "volume": (
        ("milliliter|milliliters|millilitre|millilitres", "ml", 1e-3),
        ("", "dl", 0.1),
        ("liter|liters|litre|litres", "l", 1.0),
    ),
    "length": (
        ("millimeter|millimeters|millimetre|millimetres", "mm", 1e-3),
        ("centimeter|centimeters|centimetre|centimetres", "cm", 1e-2),
        ("meter|meters|metre|metres", "m", 1.0),
        ("kilometer|kilometers|kilometre|kilometres", "km", 1e3),
        ("inch|inches", "", 0.0254),
        ("foot|feet", "ft", 0.3048),
        ("yard|yards", "", 0.9144),
        ("mile|miles", "", 1609.344),
    ),
    "duration": (
        ("second|seconds", "sec|secs", 1.0),
        ("minute|minutes", "min|mins", 60.0),
        ("hour|hours", "hr|hrs", 3600.0),
        ("day|days", "", 86400.0),
        ("week|weeks", "", 604800.0),
    ),
    "calendar": (
        ("month|months", "", 1.0),
        ("year|years", "yr|yrs", 12.0),
        ("decade|decades", "", 120.0),
    ),
    "°C": (("degrees celsius", "°c", 1.0),),
    "°F": (("degrees fahrenheit", "°f", 1.0),),
}


def _names(names: str) -> list[str]:
    return names.split("|") if names else []


UNITS = {
    name: Unit(dimension, size)
    for dimension, rows in _MEASURES.items()
    for spelled, symbols, size in rows
    for name in _names(spelled) + _names(symbols)
}
# units for certain only where two texts are compared word by word: elsewhere "5 pounds" may be money, "2H" an
# isotope, and "the 20th century" is no length of time
NAMES_IN_WORDS = {
    **dict.fromkeys(("pound", "pounds"), UNITS["lb"]),
    **dict.fromkeys(("century", "centuries"), Unit("calendar", 1200.0)),
    "h": UNITS["hour"],
}
_SPELLED = {name for rows in _MEASURES.values() for spelled, _, _ in rows for name in _names(spelled)}
UNIT_WORDS = frozenset(name for name in (*_SPELLED, *NAMES_IN_WORDS) if len(name) > 1 and " " not in name)

CURRENCIES = {
    sign: dimension
    for dimension, signs in {
        "$": "$|us$|usd|hk$|a$|c$",
        "€": "€|eur",
        "£": "£|gbp",
        "¥": "¥|jpy",
        "₹": "₹|inr|rs|rs.",
    }.items()
    for sign in signs.split("|")
}

SCALE_WORDS = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5,
    "crore": 1e7,
}  # fmt: skip
_SCALE_SIGNS = {"k": 1e3, "mn|mln|mio|m": 1e6, "bn|bln|b": 1e9, "tn|trn": 1e12, "万|萬": 1e4, "亿|億": 1e8}
SCALES = (
    SCALE_WORDS
    | {f"{word}s": size for word, size in SCALE_WORDS.items()}
    | {sign: size for signs, size in _SCALE_SIGNS.items() for sign in signs.split("|")}
)

_TO_NINETEEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_BY_TEN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ONES = {word: number for number, word in enumerate(_TO_NINETEEN)}
TENS = {word: 10 * number for number, word in enumerate(_BY_TEN, start=2)}
NUMBER_WORDS = ONES | TENS
