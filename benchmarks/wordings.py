"""Inventories of what people and software do to texts: two to develop with, `FRESH` only to report on.

They share no template, no politeness phrase and no synonym, so that a figure on `FRESH` says nothing about strings
that somebody tuned to: no rule was changed after its misses were read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wordings:
    """Templates hold one `{}`; `synonyms` are common words in both directions."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    paraphrases: tuple[tuple[str, str], ...]  # a pattern of the question's start, and how it starts afterwards
    synonyms: tuple[tuple[str, str], ...]
    markup: tuple[tuple[str, str], ...]  # put before and after the text
    slips: tuple[str, ...]
    negations: tuple[tuple[str, str], ...]
    bullets: tuple[str, ...]


DEV = Wordings(
    questions=(
        "Could you please tell me: {}",
        "Hi! {} Thanks in advance!",
        "Hello, I have a question. {}",
        "Please answer the following question: {}",
        "I'd like to know, {}",
        "Quick question - {}",
        "{} Please explain.",
        "Can you help me with this? {}",
        "Question: {}",
        "Good morning, {} Thank you!",
        "I was wondering: {}",
        "{} I would appreciate a detailed answer.",
    ),
    answers=(
        "Sure! {}",
        "Thank you for your question. {}",
        "Great question! {} I hope this helps!",
        "Answer: {}",
        "{} Let me know if you have any other questions.",
        "Of course, here is what I know. {}",
        "{}\n\nDisclaimer: this is general information and no professional advice.",
        "Based on the available information, {}",
        "Here is the answer to your question:\n{}\nHave a nice day!",
    ),
    paraphrases=(
        (r"what are the symptoms of (.+?)\s*\?", "Which symptoms does {} have?"),
        (r"what is \(are\) (.+?)\s*\?", "Can you explain what {} is?"),
        (r"what are the treatments for (.+?)\s*\?", "How can {} be treated?"),
        (r"what causes (.+?)\s*\?", "What are the causes of {}?"),
        (r"how to diagnose (.+?)\s*\?", "How is {} diagnosed?"),
        (r"how many people are affected by (.+?)\s*\?", "How many people does {} affect?"),
        (r"what was (.+?)\s*\?", "Could you say what {} was?"),
        (r"what is (.+?)\s*\?", "Tell me what {} is."),
        (r"how do i (.+?)\s*\?", "What is the way to {}?"),
        (r"can i (.+?)\s*\?", "Am I able to {}?"),
    ),
    synonyms=(
        ("usually", "typically"),
        ("people", "individuals"),
        ("also", "additionally"),
        ("help", "assist"),
        ("large", "big"),
        ("begin", "start"),
        ("many", "numerous"),
        ("often", "frequently"),
        ("show", "demonstrate"),
        ("important", "significant"),
        ("need", "require"),
        ("use", "utilize"),
        ("about", "approximately"),
        ("because", "since"),
        ("children", "kids"),
        ("doctor", "physician"),
    ),
    markup=(("<p>", "</p>"), ('<div class="content"><p>', "</p></div>"), ("**", "**"), ("<br/>", "<br/>")),
    slips=("swap", "drop", "double"),
    negations=((r"\b(is|are|was|were|can|may|should|will|has|have|does|do)\b", r"\1 not"),),
    bullets=("- ", "* "),
)

HELD_OUT = Wordings(
    questions=(
        "Hey there, any chance somebody knows this one? {}",
        "Dear team, my query is as follows. {} Kind regards",
        "Need an urgent reply: {}",
        "Would you be so kind as to inform me - {}",
        "[user] {}",
        "{} Many thanks for getting back to me.",
        "My colleague asked me this today. {}",
        "Sorry to bother you, but {}",
        "{} (explain it simply)",
        "Let me ask you something. {} Cheers",
        "{} Any pointers would be lovely.",
    ),
    answers=(
        "Absolutely, happy to assist. {}",
        "{}\nFeel free to reach out should anything remain unclear.",
        "Response >> {}",
        "Thanks for contacting our support desk! {} Best wishes, the service team",
        "To the best of my knowledge: {}",
        "{} Was this reply useful? Rate it below.",
        "Good to hear from you. {}",
        "Summary of our records follows. {} (End of record)",
    ),
    paraphrases=(
        (r"what are the symptoms of (.+?)\s*\?", "What symptoms can {} cause?"),
        (r"what is \(are\) (.+?)\s*\?", "What exactly does {} mean?"),
        (r"what are the treatments for (.+?)\s*\?", "Which treatments exist for {}?"),
        (r"what causes (.+?)\s*\?", "Why does {} occur, what causes it?"),
        (r"how to diagnose (.+?)\s*\?", "In which way does one diagnose {}?"),
        (r"is (.+?) inherited\s*\?", "Can {} be inherited?"),
        (r"what are the genetic changes related to (.+?)\s*\?", "Which genetic changes are related to {}?"),
        (r"how does (.+?)\s*\?", "In what way does {}?"),
        (r"who (.+?)\s*\?", "Which person {}?"),
        (r"why (.+?)\s*\?", "For what reason {}?"),
    ),
    synonyms=(
        ("generally", "commonly"),
        ("persons", "humans"),
        ("however", "nevertheless"),
        ("support", "aid"),
        ("small", "little"),
        ("several", "multiple"),
        ("cause", "provoke"),
        ("quick", "fast"),
        ("get", "obtain"),
        ("therefore", "thus"),
        ("problem", "issue"),
        ("choose", "select"),
        ("around", "roughly"),
        ("happen", "occur"),
        ("illness", "disease"),
        ("buy", "purchase"),
        ("such as", "like"),
        ("in order to", "to"),
        ("sometimes", "occasionally"),
        ("make", "create"),
    ),
    markup=(
        ('<html><body><span style="font-size:11pt">', "</span></body></html>"),
        ("<td>", "</td>"),
        ("__", "__"),
        ("<li>", "</li>"),
        ("<strong>", "</strong>"),
        ("```\n", "\n```"),
    ),
    slips=("neighbour", "insert", "vowel"),
    negations=(
        (r"\b(is|are|was|were|could|would|must|should)\b", r"\1 never"),
        (r"\b(is|are|was|were|can|could|would|should|does|do|did)\b", r"\1n't"),
        (r"^", "It is not true that "),
    ),
    bullets=("• ", "+ "),
)

FRESH = Wordings(
    questions=(
        "Evening all. {} Much obliged!",
        "To whom it may concern, {} Yours sincerely, a customer",
        "I've been puzzling over this for days: {}",
        "User query >>> {}",
        "Apologies if this was asked before. {}",
        "For a school essay I must find out: {}",
        "{} Looking forward to your response.",
        "{} (a short reply is enough)",
        "Do you happen to know the answer to this: {}",
        "Could somebody shed light on the following? {}",
        "hey bot, {}",
    ),
    answers=(
        "Glad you asked! {}",
        "{}\n\nSource: our editorial team.",
        "Here's what the experts say: {}",
        "Dear customer, {} Please don't hesitate to write again.",
        "[assistant] {}",
        "{} I trust that clears things up.",
        "Our records state the following. {}",
        "Short version: {}",
        "{} (last reviewed by a colleague)",
    ),
    paraphrases=(
        (r"what are the symptoms of (.+?)\s*\?", "What signs would someone with {} show?"),
        (r"what is \(are\) (.+?)\s*\?", "Give me a definition of {}."),
        (r"what are the treatments for (.+?)\s*\?", "How do doctors treat {}?"),
        (r"what causes (.+?)\s*\?", "What is the reason for {}?"),
        (r"how many people are affected by (.+?)\s*\?", "How common is {}?"),
        (r"is (.+?) inherited\s*\?", "Does {} run in families?"),
        (r"how can i (.+?)\s*\?", "What should I do to {}?"),
        (r"what was (.+?)\s*\?", "Please state {}."),
        (r"how much (.+?)\s*\?", "What amount {}?"),
    ),
    synonyms=(
        ("primarily", "mainly"),
        ("frequent", "common"),
        ("huge", "enormous"),
        ("believe", "think"),
        ("allow", "permit"),
        ("entire", "whole"),
        ("ask", "inquire"),
        ("various", "diverse"),
        ("lead to", "result in"),
        ("risk", "danger"),
        ("main", "principal"),
        ("find", "discover"),
        ("speak", "talk"),
        ("area", "region"),
        ("hard", "difficult"),
        ("affected", "afflicted"),
        ("condition", "state"),
        ("further", "more"),
        ("improve", "enhance"),
        ("car", "automobile"),
    ),
    markup=(
        ("<article><h2>", "</h2></article>"),
        ('<font color="red">', "</font>"),
        ("<em>", "</em>"),
        ("<br />", ""),
        ("~~", "~~"),
        ("<blockquote>\n", "\n</blockquote>"),
    ),
    slips=("swap", "insert", "neighbour", "drop"),
    negations=(
        (r"\b(is|are|was|were|can|may|should|will)\b", r"\1 hardly ever"),
        (r"\b(is|are|was|were|can|could|will|has|have)\b", r"\1 not"),
        (r"^", "Contrary to common belief it is wrong that "),
    ),
    bullets=("1. ", "- "),
)
