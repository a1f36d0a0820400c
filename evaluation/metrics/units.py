"""The tables that give a number its size: scales, units, currencies, spelled-out numbers."""

from __future__ import annotations


def _table(rows: list[tuple[str, float]]) -> dict[str, float]:
    return {name: size for names, size in rows for name in names.split("|")}


def _kind(kind: str, rows: list[tuple[str, float]]) -> dict[str, tuple[str, float]]:
    return {name: (kind, size) for name, size in _table(rows).items()}


SCALES = _table(
    [
        ("hundred", 1e2),
        ("thousand|thousands|k", 1e3),
        ("million|millions|mn|mln|mio|m", 1e6),
        ("billion|billions|bn|bln|b", 1e9),
        ("trillion|trillions|tn|trn", 1e12),
        ("lakh|lakhs", 1e5),
        ("crore|crores", 1e7),
        ("万|萬", 1e4),
        ("亿|億", 1e8),
    ]
)

# unit as written → (kind, size in the kind's base unit); only quantities of one kind are compared by size
UNITS = {
    **_kind("share", [("%|percent|per cent|pct|percentage point|percentage points|pp", 1e-2)]),
    **_kind("share", [("basis point|basis points|bps|bp", 1e-4), ("‰", 1e-3)]),
    **_kind("$", [("dollar|dollars|usd", 1), ("cent|cents", 0.01)]),
    **_kind("€", [("euro|euros|eur|€", 1)]),
    **_kind("£", [("gbp|pounds sterling", 1)]),
    **_kind("¥", [("yen|jpy", 1)]),
    **_kind("₹", [("rupee|rupees|inr", 1)]),
    **_kind("mass", [("mcg|μg|ug|microgram|micrograms", 1e-6), ("mg|milligram|milligrams", 1e-3)]),
    **_kind("mass", [("g|gram|grams", 1), ("kg|kilogram|kilograms", 1e3), ("lb|lbs", 453.59237)]),
    **_kind("volume", [("ml|milliliter|milliliters|millilitre|millilitres", 1e-3), ("dl", 0.1)]),
    **_kind("volume", [("l|liter|liters|litre|litres", 1)]),
    **_kind("length", [("mm|millimeter|millimeters|millimetre|millimetres", 1e-3)]),
    **_kind("length", [("cm|centimeter|centimeters|centimetre|centimetres", 1e-2)]),
    **_kind("length", [("m|meter|meters|metre|metres", 1), ("km|kilometer|kilometers|kilometre|kilometres", 1e3)]),
    **_kind("length", [("inch|inches", 0.0254), ("foot|feet|ft", 0.3048), ("mile|miles", 1609.344)]),
    **_kind("clock", [("second|seconds|sec|secs", 1), ("minute|minutes|min|mins", 60)]),
    **_kind("clock", [("hour|hours|hr|hrs", 3600), ("day|days", 86400), ("week|weeks", 604800)]),
    **_kind("calendar", [("month|months", 1), ("year|years|yr|yrs", 12)]),
    **_kind("°C", [("°c|degrees celsius", 1)]),
    **_kind("°F", [("°f|degrees fahrenheit", 1)]),
}

CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "hk$", "a$", "c$"), "$"),
    **dict.fromkeys(("€", "eur"), "€"),
    **dict.fromkeys(("£", "gbp"), "£"),
    **dict.fromkeys(("¥", "jpy"), "¥"),
    **dict.fromkeys(("₹", "inr", "rs", "rs."), "₹"),
}

ONES = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19},
}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
