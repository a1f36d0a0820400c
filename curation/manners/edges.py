"""What most texts of one file begin and end with, found by counting; no wording is known beforehand.

edges = learn(answers, "answer")
edges.cut("Up to 60,000 a year.</s>")            # Cut("", "Up to 60,000 a year.", "</s>")
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from curation.corpus.seen import is_seen
from curation.manners.shapes import (
    HEADING_LINE,
    STOPS,
    Role,
    asks,
    begins_a_form,
    is_greeting,
    is_in_use,
    is_scaffold_before,
    is_scaffold_behind,
    is_sign_off,
    partners,
    splits_a_pair,
)

MIN_TEXTS = 8  # different texts that share an edge; fewer may do so by chance
MIN_SHARE = 0.8  # of a file's different texts from which an edge is its manner
MAX_EDGE_CHARS = 2_000  # in which an edge is looked for
SHORT_EDGE_CHARS = 100  # in which it is looked for first
MAX_SAMPLE = 4_000  # texts from which edges are learned
ROUNDS = 4  # of edges within edges: "<s>Answer: …"

BEHIND_EDGE = re.compile(
    rf"\n\s*|[{STOPS}][\"'”’)\]]*\s+|[。！？]\s*|[:：](?![/\d])\s*|[>\]▷#=*~@%$|-](?![\w#=*~@%$|>-])\s*|>\s*"
)
BEFORE_EDGE = re.compile(
    rf"\s*\n\s*|(?<=[{STOPS}\"'”’)\]])\s+|(?<=[。！？])(?=.)|\s*(?=[<\[◁])|(?<![#=*~@%$|>-])\s*(?=[#=*~@%$|-]{{2}}|→)"
    r"|\s+(?=\W{0,3}[^\s:：]+(?: [^\s:：]+)?[:：]\s*\Z)"
)


class Cut(NamedTuple):
    """A text in three parts, which together are the text; `own` is the row's."""

    before: str
    own: str
    after: str


@dataclass(frozen=True)
class Edges:
    """The edges of one field of one file, longest first: scaffolding before and behind, a greeting, a sign-off."""

    role: Role
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ()
    sign_offs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.before or self.after or self.greetings or self.sign_offs)

    def cut(self, text: str) -> Cut:
        """Cut the scaffolding off; a mark whose partner stands in the text stays, and nothing is cut to emptiness."""
        return _cut(text, self.before, self.after, self.role)

    def said(self, text: str) -> str:
        """Give the text without scaffolding, greeting and sign-off."""
        return self.unsigned(self.cut(text).own).own

    def unsigned(self, own: str) -> Cut:
        """Cut greeting and sign-off off."""
        return _cut(own, self.greetings, self.sign_offs, self.role)


def learn(texts: Iterable[str], role: Role, framed: bool = False) -> Edges:
    """Learn the edges that four of five different texts have, at least eight.

    Where questions are put in several forms (with and without "### Input:"), each form is looked at by itself.
    `framed` says that something is known to stand behind them: the answers begin with a label.
    """
    sample = _sample(texts)
    before, after = _scaffold(sample, role, framed)
    if not before and role == "question":
        forms = [form for form in _forms(sample) if len(form) >= MIN_TEXTS]
        if len(forms) > 1 and sum(map(len, forms)) >= MIN_SHARE * len(sample):
            for one, other in (_scaffold(form, role, framed) for form in forms):
                before, after = before | one, after | other
    own = [_cut(text, _ordered(before), _ordered(after), role).own for text in sample] if before or after else sample
    greetings = _longest(filter(is_greeting, _shared(own, _beginnings)))
    sign_offs = _longest(filter(is_sign_off, _shared(own, _endings)))
    return Edges(role, *map(_ordered, (before, after, greetings, sign_offs)))


def _sample(texts: Iterable[str]) -> list[str]:
    """Choose different texts evenly from all, so that neither copies nor the order of rows count."""
    different = sorted({text.strip() for text in texts})
    return [text for text in different[:: max(1, len(different) // MAX_SAMPLE)] if is_seen(text)]


def _longest(edges: Iterable[str]) -> set[str]:
    """Give the longest, of which the others are parts."""
    return set(sorted(edges, key=len)[-1:])


def _ordered(edges: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(edges, key=lambda edge: (-len(edge), edge)))


def _scaffold(texts: Sequence[str], role: Role, framed: bool) -> tuple[set[str], set[str]]:
    """Find scaffolding on both sides, what stands behind first, and again within what is left."""
    before: set[str] = set()
    after: set[str] = set()
    for _ in range(ROUNDS):
        behind = _longest(e for e in _shared(texts, _endings) if is_scaffold_behind(e, role) and _is_mark(e, texts))
        own = [_cut(text, (), _ordered(behind), role).own for text in texts]
        is_framed, ask = framed or bool(after or behind), sum(map(asks, own)) >= MIN_SHARE * len(own)
        beginnings = () if before else _shared(texts, _beginnings)  # what follows a template's mark is said
        ahead = _longest(e for e in beginnings if is_scaffold_before(e, role, is_framed, ask) and _is_mark(e, texts))
        cuts = [_cut(text, _ordered(ahead), _ordered(behind), role) for text in texts]
        if sum(bool(cut.before or cut.after) for cut in cuts) < MIN_SHARE * len(texts):
            break
        before, after = before | ahead, after | behind
        texts = [cut.own for cut in cuts]
    return before, after


def _is_mark(edge: str, texts: Sequence[str]) -> bool:
    """Whether an edge is a mark by itself: "<note>" and "</note>" around every text are an element, "<END>" isn't."""
    closing = [] if is_in_use(edge) else partners(edge)
    return not any(sum(partner in text.lower() for text in texts) > len(texts) / 2 for partner in closing)


def _forms(texts: Sequence[str]) -> list[list[str]]:
    """Group texts by their headings."""
    forms: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in texts:
        forms[tuple(heading.strip() for heading in HEADING_LINE.findall(text))].append(text)
    return list(forms.values())


def _shared(texts: Sequence[str], edges_of: Callable[[str], Iterator[str]]) -> list[str]:
    """List the edges of enough texts; a longer one is looked for only in texts that have a shorter one in common."""
    least = max(MIN_TEXTS, MIN_SHARE * len(texts))
    outer = slice(2) if edges_of is _beginnings else slice(-2, None)
    if max(Counter(text[outer] for text in texts).values(), default=0) < least:
        return []  # not even two characters are shared
    alive = [edges_of(text) for text in texts]
    found: list[str] = []
    while len(alive) >= least:
        following = [(edge, edges) for edges in alive if (edge := next(edges, "")) and is_seen(edge)]
        counts = Counter(edge for edge, _ in following)
        common = {edge for edge, rows in counts.items() if rows >= least}
        found += common
        alive = [edges for edge, edges in following if edge in common]
    return found


def _beginnings(text: str) -> Iterator[str]:
    """Give the beginnings of a text up to each place where scaffolding or a sentence may end, shortest first."""
    for match in BEHIND_EDGE.finditer(text[:MAX_EDGE_CHARS]):
        if (edge := text[: match.end()].strip()) and match.end() < len(text):
            yield edge


def _endings(text: str) -> Iterator[str]:
    """Give the endings of a text from each place where scaffolding or a sentence may begin, shortest first."""
    known = 0
    for span in (SHORT_EDGE_CHARS, MAX_EDGE_CHARS):  # most texts have no edge, and are asked for their shortest alone
        tail = text[-span:]
        for start in reversed([match.start() for match in BEFORE_EDGE.finditer(tail)]):
            edge = tail[start:].strip()
            if known < len(edge) < len(text):
                yield edge
                known = len(edge)
        if len(tail) == len(text):
            break


def _cut(text: str, before: Sequence[str], after: Sequence[str], role: Role) -> Cut:
    """Cut edges off both ends, but for a mark whose partner the rest has, and a label that begins a form."""
    bare = text.strip()
    start, end = _begin(bare, before), _end(bare, after)
    if start >= len(bare) - end or not is_seen(bare[start : len(bare) - end]):
        return Cut("", text, "")
    own = bare[start : len(bare) - end].strip()
    if start and (splits_a_pair(bare[:start], own) or begins_a_form(bare[:start], own, role)):
        start = 0
    if end and splits_a_pair(bare[len(bare) - end :], own):
        end = 0
    if not start and not end:
        return Cut("", text, "")
    own = bare[start : len(bare) - end].strip()
    at = text.index(own, len(text) - len(text.lstrip()) + start)
    return Cut(text[:at], own, text[at + len(own) :])


def _begin(text: str, edges: Sequence[str]) -> int:
    """Measure the characters of all edges at the beginning."""
    at = 0
    for _ in range(ROUNDS):
        found = next((edge for edge in edges if text.startswith(edge, at) and _is_apart(text, at + len(edge))), "")
        if not found:
            break
        at += len(found)
        at += len(text) - at - len(text[at:].lstrip())
    return at


def _end(text: str, edges: Sequence[str]) -> int:
    """Measure the characters of all edges at the end."""
    rest = text
    for _ in range(ROUNDS):
        found = next((e for e in edges if rest.endswith(e) and _is_apart(rest, len(rest) - len(e))), "")
        if not found:
            break
        rest = rest[: len(rest) - len(found)].rstrip()
    return len(text) - len(rest)


def _is_apart(text: str, at: int) -> bool:
    """Whether a text isn't cut within a word there."""
    return not (0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum())
