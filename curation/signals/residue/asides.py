"""What an answer says of its own writing, at its beginning or its end: "Rewritten in two sentences: …", "(38 words)".

>>> of_writing(Row("What is an ISA?", "An account. (I hope this meets the required style and length.)"))
['I hope this meets the required style and length.']

No list of phrases: a sentence, a line, a bracket or what stands before a colon is an aside where most of its own words
are words for texts, their writers and their readers, and the question isn't about a text itself. Fewer such words do
where it shares no word with the question and the rest of the answer.
"""

from __future__ import annotations

from curation.signals.edges import apart, ends, outer_lines, shares_nothing
from curation.signals.rows import Row
from winnow.text.words import FUNCTION_WORDS, WORD, straight, word_set

WRITING = word_set("""
    answer answers answered reply replied response responses respond version versions draft drafts rewrite rewritten
    rewriting reword reworded rephrase rephrased rephrasing paraphrase paraphrased paraphrasing translate translated
    translation summarize summarized summarise summarised summary revised revision edited proofread shortened
    simplified expanded corrected polished paragraph paragraphs sentence sentences word words wording tokens characters
    count length style tone jargon grammar spelling readability reading level grade plain friendlier formal informal
    instruction instructions instructed prompt prompted asked asks asking requested requirements required format
    formatted guidelines passage context provided given text source sources chunk chunks document excerpt snippet user
    users customer caller asker assistant ai gpt chatgpt claude llm model system role reasoning thought thoughts
    thinking think step steps identify intent intention verdict conclusion confidence score rating difficulty synthetic
    generated generate pair pairs qa question questions task output input explanation note notes reviewer reviewer's
    reviewers feedback incorporating interviewer moderator operator annotator annotation template persona audience
    laypeople layperson language english original meaning limit concise brief briefly bullet bullets title topic label
    category example examples follows following above below final first second constraint constraints avoid keep kept
    used using use meets meet hope choice complies comply rubric criteria json schema match variation variations
    iteration opening empathetic friendly avoided technical terms sample retrieved retrieval few-shot fewshot shot
    solution examiner examiners distribute helpdesk internal hidden requester self-critique critique macro insert
    entities inaudible crosstalk laughs laughter pause coughs unintelligible exporter exported export truncated merge
    duplicate editor editors compliance live todo rationale extracted begin end better worse approved rejected gold
    candidate candidates sampled seed fallback handoff transcript transcribed transcriber speaker agent agents ticket
    record entry entries row batch worker annotated labelled labeled labels field fields column dataset data split
    train training validation publish published publishing proofreading redacted anonymised anonymized snippets
    autosave imported import migrated pipeline script crowdworker crowd mturk rater raters graded marking marks
    markscheme scheme queue knowledge cited citation citations quote quoted verbatim metadata placeholder temperature
""")
# words of them that a text on any matter may have just as well
COMMON = word_set("""
    level grade given required system source sources steps step first second following above below used using use avoid
    keep kept meet meets example examples original meaning limit model score input output choice final role language
    english plain length style formal identify note notes knowledge count reading hope questions question answer
    answers asked pair pairs title topic category label constraint constraints task brief document user users customer
    conclusion difficulty rating summary explanation format friendly avoided technical terms opening sample characters
    thinking think thought thoughts words word feedback text guidelines solution internal hidden insert intent entities
    shot pause end begin better worse live candidate candidates seed speaker agent agents ticket record entry entries
    row batch worker labels field fields column data split train training publish published publishing editor
    compliance duplicate merge gold import export imported script marks scheme queue marking approved rejected
    truncated annotated pipeline distribute laughs translation translated corrected graded
""")
TELLING = WRITING - COMMON
# of those who gather, judge and copy texts: they tell in a piece that shares no word with its row
GATHERING = WRITING - word_set("thought thoughts thinking role task hope") | word_set("""
    crawl crawled crawler scrape scraped scraper page pages code chosen preferred picked stop sequence reached reviewed
    checked verified begins ends begin beginning guideline refer invent facts fact copy copied pasted paste regenerate
    regenerated cached fetched parsed loaded extracted hits processed skipped cleaned normalised normalized filtered
    passed failed tool returned observation remember must
    only output else qa accept equivalent follow-up followup
""")
# of them, what how-tos on any matter say: "Paste the code." tells nothing
EVERYDAY = COMMON - word_set("question questions answer answers asked output") | word_set("""
    page pages code begin begins end ends beginning copy copied paste pasted must remember only else facts fact passed
    failed stop reached picked tool
""")
LONGEST = 30  # words of an aside
MANY = 4  # common words that together speak of writing
FEW, SHORT = 2, 14  # words of gathering texts, and words of a piece that shares none with its row


def of_writing(row: Row) -> list[str]:
    """List the asides on the text at the beginning and the end of an answer; none where the question is about one."""
    if TELLING.isdisjoint(row.words) and len(GATHERING & {*row.words[:LONGEST], *row.words[-LONGEST:]}) < FEW:
        return []  # most answers
    if TELLING & {*row.question_words}:
        return []
    near, far = apart(row), ends(row)
    found = [piece for piece in near if _is_aside(piece, row, 1, 0.4)]
    found += [piece for piece in far if _is_aside(piece, row, 2, 0.6)]
    found += [piece for piece in near + far + outer_lines(row) if _gathers(piece) and shares_nothing(piece, row)]
    return list(dict.fromkeys(found))


def _gathers(piece: str) -> bool:
    """Tell whether most of a short piece's own words are of gathering and judging texts."""
    own = [word for word in WORD.findall(piece.lower()) if word not in FUNCTION_WORDS and not word[0].isdigit()]
    told = [word for word in own if word in GATHERING]
    return len(own) <= SHORT and len(told) >= max(FEW, 0.6 * len(own)) and not EVERYDAY.issuperset(told)


def _is_aside(piece: str, row: Row, least: int, share: float) -> bool:
    """Tell whether most words of a piece speak of writing, at least some of them of nothing else."""
    words = [word for word in WORD.findall(straight(piece)) if not word[0].isdigit()]
    own = [word for word in words if word.partition("'")[0] not in FUNCTION_WORDS]
    spoken = {*own} & WRITING
    if len(words) > LONGEST or len(spoken) < least or not (spoken - COMMON or len(spoken) >= MANY):
        return False
    return sum(word in WRITING for word in own) >= share * len(own) and not {*own} & _topic(row)


def _topic(row: Row) -> set[str]:
    return {word for word in row.question_words if word not in FUNCTION_WORDS} - WRITING
