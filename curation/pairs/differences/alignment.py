"""Word alignment by the longest common subsequence; the gaps between its matches are what differs.

Words that only moved, and quantities that are only written otherwise, are taken out of the gaps.

gaps, matched = align(one, other)
said = take_equal_quantities(gaps, one, other, lexicon)
moved, forms = take_moved(gaps, relations)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from curation.pairs.differences.relations import WordRelations
from curation.pairs.texts.lexicon import Lexicon
from winnow.text.quantities import Quantity
from winnow.text.quantities_in_words import is_of_quantity, quantities_in_words
from winnow.text.word_classes import Kind, kind

MIN_CLAUSE_WORDS = 4  # words from which an addition says something of its own
MAX_PAIRED_WORDS = 12  # words on either side that are paired one by one
CUT_SLACK_WORDS = 3  # words, and a tenth of the text, by which the beginning may be longer than the text
MIN_BEGINNING_AGREEMENT = 0.85  # share of its words that agree with that beginning
MAX_GAPS = 60  # gaps beyond which nothing is looked up elsewhere: the texts differ throughout


@dataclass(slots=True)
class Gap:
    """The unmatched words of both texts between two matches, and where they start; either side may be empty."""

    one: str
    other: str
    start_one: int
    start_other: int
    first: bool
    last: bool
    broken: bool = False  # words were taken out that only moved: what is left is no clause


def align(one: str, other: str) -> tuple[list[Gap], int]:
    """Align two coded texts by their longest common subsequence; returns the gaps and the number of matched words.

    With one letter a word: "abcd" against "abXd" has the gap c/X and 3 matched words.
    """
    gaps: list[Gap] = []
    matched = end_a = end_b = 0
    for block in Indel.opcodes(one, other).as_matching_blocks():
        if block.a > end_a or block.b > end_b:
            first, last = end_a == end_b == 0, block.a == len(one) and block.b == len(other)
            gaps.append(Gap(one[end_a : block.a], other[end_b : block.b], end_a, end_b, first, last))
        matched += block.size
        end_a, end_b = block.a + block.size, block.b + block.size
    return gaps, matched


def align_cut(one: str, other: str, lexicon: Lexicon) -> tuple[list[Gap], int] | None:
    """Align a text with the beginning of a much longer one; None where less than 85 % of its words agree with it.

    The plain alignment may match the shorter text's last words far behind the place where it was cut off.
    """
    if len(one) > len(other):
        mirrored = align_cut(other, one, lexicon)
        return mirrored and ([_mirror(gap) for gap in mirrored[0]], mirrored[1])
    reach = len(one) + CUT_SLACK_WORDS + len(one) // 10
    if reach >= len(other):
        return None
    if one and one[:-1] == other[: len(one) - 1] and _begins(lexicon, one[-1], other[len(one) - 1]):
        shared = len(one) - (one[-1] != other[len(one) - 1])
        return [Gap(one[shared:], other[shared:], shared, shared, not shared, True)], shared
    gaps, matched = align(one, other[:reach])
    if matched < MIN_BEGINNING_AGREEMENT * len(one):
        return None
    if gaps and gaps[-1].last:
        end = gaps.pop()
        start_one, start_other = end.start_one, end.start_other
    else:
        start_one, start_other = len(one), reach
    gaps.append(Gap(one[start_one:], other[start_other:], start_one, start_other, False, True))
    return gaps, matched


def _begins(lexicon: Lexicon, cut: str, word: str) -> bool:
    return lexicon.word(word).startswith(lexicon.word(cut))


def _mirror(gap: Gap) -> Gap:
    return Gap(gap.other, gap.one, gap.start_other, gap.start_one, gap.first, gap.last)


def take_equal_quantities(gaps: list[Gap], one: str, other: str, lexicon: Lexicon) -> list[tuple[str, str]]:
    """Remove equal quantities, dates and times from the gaps, such as "20 euros" against "EUR 20"; returns them."""
    said: list[tuple[str, str]] = []
    covered: tuple[set[int], set[int]] = (set(), set())
    for gap in gaps:
        if not all(any(map(is_of_quantity, lexicon.words(side))) for side in (gap.one, gap.other) if side):
            continue
        sides = [(one, gap.start_one, len(gap.one)), (other, gap.start_other, len(gap.other))]
        windows = [_quantities_around(lexicon, *side) for side in sides]
        if not windows[0] or not _all_equal(*windows):
            continue
        for places, window in zip(covered, windows, strict=True):
            places.update(place for found in window for place in range(*found.span))
        said.append((gap.one, gap.other))
    for gap in gaps if said else ():
        gap.one = _without(gap.one, gap.start_one, covered[0])
        gap.other = _without(gap.other, gap.start_other, covered[1])
    return said


def _quantities_around(lexicon: Lexicon, text: str, start: int, length: int) -> list[Quantity]:
    """Read the quantities that a gap cuts into: the gap "20" of "20 euros" gives 20 euros."""
    first, last = start, start + length
    while first and is_of_quantity(lexicon.word(text[first - 1])):
        first -= 1
    while last < len(text) and is_of_quantity(lexicon.word(text[last])):
        last += 1
    found = quantities_in_words(lexicon.words(text[first:last]))
    return [replace(each, span=(first + each.span[0], first + each.span[1])) for each in found]


def _all_equal(ours: list[Quantity], theirs: list[Quantity]) -> bool:
    return len(ours) == len(theirs) and all(map(Quantity.equals, ours, theirs))


def _without(side: str, start: int, covered: set[int]) -> str:
    return "".join(code for place, code in enumerate(side, start) if place not in covered)


def take_moved(gaps: list[Gap], lexicon: Lexicon, relations: WordRelations) -> tuple[list[str], list[tuple[str, str]]]:
    """Remove from the gaps the words that both texts have in different places.

    Returns the moved words, and the pairs that moved in another form, such as "payment" and "payments".
    """
    if not 1 < len(gaps) <= MAX_GAPS:
        return [], []
    moved = [clause for gap in gaps for source in gaps if source is not gap for clause in _moved_clause(gap, source)]
    lost = Counter("".join(gap.one for gap in gaps)) & Counter("".join(gap.other for gap in gaps))
    for code in lost.elements():
        if kind(lexicon.word(code)) is Kind.CONTENT:
            _take(gaps, code, code)
            moved.append(code)
    return moved, _moved_forms(gaps, relations)


def _moved_clause(gap: Gap, source: Gap) -> list[str]:
    if len(gap.one) >= MIN_CLAUSE_WORDS and gap.one in source.other:
        moved = gap.one
        source.other, gap.one, source.broken = source.other.replace(moved, "", 1), "", True
        return [moved]
    if len(gap.other) >= MIN_CLAUSE_WORDS and gap.other in source.one:
        moved = gap.other
        source.one, gap.other, source.broken = source.one.replace(moved, "", 1), "", True
        return [moved]
    return []


def _moved_forms(gaps: list[Gap], relations: WordRelations) -> list[tuple[str, str]]:
    ours, theirs = "".join(gap.one for gap in gaps), "".join(gap.other for gap in gaps)
    forms: list[tuple[str, str]] = []
    if max(len(ours), len(theirs)) > MAX_PAIRED_WORDS:
        return forms
    for code in filter(relations.is_content, ours):
        twin = next((twin for twin in theirs if code != twin and relations.are_forms(code, twin)), None)
        if twin:
            theirs = theirs.replace(twin, "", 1)
            _take(gaps, code, twin)
            forms.append((code, twin))
    return forms


def _take(gaps: list[Gap], code: str, twin: str) -> None:
    """Remove a word from the first gap that has it, and its twin from the first gap that has that on the other side."""
    for gap in gaps:
        if code in gap.one:
            gap.one, gap.broken = gap.one.replace(code, "", 1), True
            break
    for gap in gaps:
        if twin in gap.other:
            gap.other, gap.broken = gap.other.replace(twin, "", 1), True
            break
