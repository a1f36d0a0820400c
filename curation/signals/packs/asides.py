"""What stands beside an answer: labels of who speaks, a word on the text or on oneself, a note in brackets, a field.

>>> from curation.corpus.told import in_english
>>> from curation.corpus.rows import Row
>>> of_writing(in_english(Row("What is an ISA?", "Below is the response in a formal tone.\\nAn account.")))
['Below is the response in a formal tone.']

No list of phrases: a sentence, a line, a bracket or what stands before a colon is an aside where most of its own words
are words for texts, their writers and their readers (`writing` of the lexicon), not all of which any text has
(`everyday`), and the question isn't about a text itself.
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import STEM
from curation.corpus.told import Told
from curation.signals.edges import apart, ends, leads, shares_nothing
from winnow.text.words import straight

LONGEST = 30  # words of an aside
MANY = 4  # everyday words that together speak of writing
ALONE, BETWEEN = (1, 0.4), (2, 0.6)  # words on writing, and their share, in a piece apart, and in a sentence
LABEL_END = re.compile(r"[:：]|\*\*|\](?=\s)|(?<=\d)\.(?=\s)")
LABEL_MARKS = " \t#*[]<>()【】"
NUMBERED = re.compile(r"(?:[#\d]{1,9}|\([^()]{1,20}\))$")
ASKS = re.compile(r"\?\W*$")  # who is ordered to write may well be given an "I"
NOTE = re.compile(
    r"\A\s*\[([^\[\]()\n]{3,120})\]\s+(?=\S)|\A\s*\(([^()\n]{3,120})\)\s+(?=\S)|\[([^\[\]\n]{3,120})\][.!]?\s*$"
)
NAMED = re.compile(r"[^\W\d_]{2,}")
FEW, MORE = 2, 4  # words of a note, and of one in round brackets: "(for adults) …" begins an answer
FIELD = re.compile(r"^[ \t]*(\w[\w /-]{1,24}): ?\S.*$", re.MULTILINE)


def labels(told: Told) -> list[str]:
    """List the labels of roles that begin lines, and that the question doesn't name: "Assistant:", "### Answer"."""
    roles, found = told.pack.words_of("roles"), []
    asked = {word[:STEM] for word in told.asked}
    for line in told.row.lower.split("\n"):
        label, *behind = LABEL_END.split(line.lstrip(LABEL_MARKS), maxsplit=1)
        label = NUMBERED.sub("", label.rstrip()).strip(LABEL_MARKS)
        if label in roles and (behind or line.lstrip().startswith("##")) and label[:STEM] not in asked:
            found.append(label)
    return found


def of_writing(told: Told) -> list[str]:
    """List the asides on the text at the beginning and the end of an answer; none where the question is about one."""
    pack = told.pack
    telling = pack.other_than(pack.of(told.said, "writing"), "everyday")
    if not telling or pack.other_than(pack.of(told.asked, "writing"), "everyday"):
        return []  # most answers
    near, far = apart(told.row), ends(told.row)
    found = [piece for piece in near if _is_aside(piece, told, *ALONE)]
    found += [piece for piece in far if _is_aside(piece, told, *BETWEEN)]
    return list(dict.fromkeys(found))


def _is_aside(piece: str, told: Told, least: int, share: float) -> bool:
    """Tell whether most words of a piece speak of writing, at least some of them of nothing else."""
    pack = told.pack
    words = [word for word in pack.tokens(straight(piece)) if not word[0].isdigit()]
    own = pack.other_than(words, "function")
    spoken = {*pack.of(own, "writing")}
    if len(words) > LONGEST or len(spoken) < least:
        return False
    if not pack.other_than(sorted(spoken), "everyday") and len(spoken) < MANY:
        return False
    asked = {*pack.other_than(pack.other_than(told.asked, "function"), "writing")}
    return sum(word in spoken for word in own) >= share * len(own) and asked.isdisjoint(own)


def beside(told: Told, corpus: Corpus) -> list[str]:
    """List what shares no word with its row: somebody's word on himself, a note in brackets, a field at the end.

    None where the question orders a text, or an "I" speaks all along or by the file's habit.
    """
    if not ASKS.search(told.row.question):
        return []
    spoken = [] if corpus.is_spoken else _spoken(told)
    return [piece for piece in (*spoken, *_notes(told)) if shares_nothing(piece, told.row)]


def _spoken(told: Told) -> list[str]:
    """List the first sentence, the last and what stands before a colon, where an "I" is in them and nowhere else."""
    pack, row = told.pack, told.row
    if not pack.any_of(told.said, "first_person") or pack.any_of(told.asked, "second_person"):  # most answers
        return []
    lead = next(iter(leads(row.answer)), "")
    words_of = {piece: pack.tokens(straight(piece)) for piece in (*ends(row), lead) if piece}
    spoken = [p for p, words in words_of.items() if len(words) <= LONGEST and pack.any_of(words, "first_person")]
    said = sum(len(pack.of(words_of[piece], "first_person")) for piece in spoken if piece != lead or spoken == [lead])
    is_all = len(spoken) == len(row.sentences) > 1  # somebody tells of himself
    return spoken if said == len(pack.of(told.said, "first_person")) and not is_all else []


def _notes(told: Told) -> list[str]:
    """List a note in brackets at the beginning or the end, and a field below an answer that has no other."""
    answer = told.row.answer
    notes = [
        (note, least)
        for match in NOTE.finditer(answer)
        for note, least in zip(match.groups(), (FEW, MORE, FEW), strict=True)
        if note
    ]
    fields = list(FIELD.finditer(answer)) if "\n" in answer.strip() else []
    is_last = len(fields) == 1 and fields[0].end() == len(answer.rstrip())
    if is_last and fields[0][1].lower() not in told.pack.words_of("notices"):
        notes.append((fields[0].group().strip(), FEW))
    return [note for note, least in notes if least <= len(NAMED.findall(note)) <= LONGEST]
