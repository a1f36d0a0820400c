"""The Ollama Modelfile of an exported model: its template is read off the model's own chat template.

write_text(folder / "Modelfile", modelfile(tokenizer, "model-q8_0.gguf", system=None))
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from winnow.data.records import Message
from winnow.errors import InputError
from winnow.models.chat import end_of_turn_ids, render

SYSTEM, QUESTION, ANSWER = "WinnowSystemTurn", "WinnowQuestionTurn", "WinnowAnswerTurn"


def modelfile(tokenizer: Any, model_file: str, system: str | None) -> str:
    """Write a Modelfile; `system` is the system prompt the model was trained with, None the template's own.

    Raises InputError where the chat template has no system turn or doesn't repeat its turns' words.
    """
    stops = sorted({tokenizer.decode([index]) for index in end_of_turn_ids(tokenizer)})
    before, after_system, after_question, after_answer, opening = _pieces(tokenizer)
    if not any(stop in after_system for stop in stops):  # the system prompt opens the first user turn, as Gemma's does
        raise InputError(_cannot_express(tokenizer))
    head = render(tokenizer, [{"role": "user", "content": QUESTION}]).partition(QUESTION)[0]
    has_own = head.startswith(before) and head.endswith(after_system)
    own = head[len(before) : len(head) - len(after_system)] if has_own else ""
    system_end, user_start = _cut(after_system, stops)
    user_end, answer_start = _cut(after_question, stops)
    answer_end, _ = _cut(after_answer, stops)
    block = f"{before}{{{{ .System }}}}{system_end}"
    template = (
        (block if has_own else f"{{{{ if .System }}}}{block}{{{{ end }}}}")
        + '{{ range .Messages }}{{ if eq .Role "user" }}'
        + f"{user_start}{{{{ .Content }}}}{user_end}"
        + '{{ else if eq .Role "assistant" }}'
        + f"{answer_start}{{{{ .Content }}}}{answer_end}"
        + f"{{{{ end }}}}{{{{ end }}}}{_cut(opening, stops)[1]}"
    )
    words = own if system is None else system
    lines = [f"FROM ./{model_file}", f'TEMPLATE """{template}"""', f'SYSTEM """{words}"""']
    lines += [f'PARAMETER stop "{stop}"' for stop in stops]
    return "\n".join([*lines, "PARAMETER temperature 0", ""])  # greedy, as it was compared with its base


def rendered(modelfile_text: str, messages: Sequence[Message]) -> str:
    """Render messages as Ollama does with a Modelfile that `modelfile` wrote: the few constructs of Go it uses.

    Raises InputError where somebody has written another template into it.
    """
    quoted = [re.search(rf'^{name} """(.*?)"""', modelfile_text, re.S | re.M) for name in ("TEMPLATE", "SYSTEM")]
    turns = _TURNS.fullmatch(quoted[0][1]) if quoted[0] else None
    if turns is None or quoted[1] is None:
        raise InputError("the Modelfile's template isn't the one that winnow export writes; export it again")
    head, user, assistant, tail = turns.groups()
    system = messages[0]["content"] if messages[0]["role"] == "system" else quoted[1][1]
    head = re.sub(r"\{\{ if \.System \}\}(.*)\{\{ end \}\}", r"\1" if system else "", head, flags=re.S)
    kinds = {"user": user, "assistant": assistant}
    told = [
        kinds[turn["role"]].replace("{{ .Content }}", turn["content"]) for turn in messages if turn["role"] in kinds
    ]
    return head.replace("{{ .System }}", system) + "".join(told) + tail


_TURNS = re.compile(
    r'(.*)\{\{ range \.Messages \}\}\{\{ if eq \.Role "user" \}\}(.*)\{\{ else if eq \.Role "assistant" \}\}(.*)'
    r"\{\{ end \}\}\{\{ end \}\}(.*)",
    re.S,
)


def _pieces(tokenizer: Any) -> list[str]:
    """Render marked turns and return what stands before, between and after the marks: five texts."""
    user = {"role": "user", "content": QUESTION}
    turns = [{"role": "system", "content": SYSTEM}, user, {"role": "assistant", "content": ANSWER}, user]
    rest, pieces = render(tokenizer, turns), []
    for mark in (SYSTEM, QUESTION, ANSWER, QUESTION):
        before, found, rest = rest.partition(mark)
        if not found:
            raise InputError(_cannot_express(tokenizer))
        pieces.append(before)
    return [*pieces, rest]


def _cannot_express(tokenizer: Any) -> str:
    return f"{tokenizer.name_or_path}: Ollama can't express its chat template; write the Modelfile by hand"


def _cut(between: str, stops: list[str]) -> tuple[str, str]:
    """Cut what stands between two turns into the end of the first, with its white space, and the start of the next."""
    ends = [between.index(stop) + len(stop) for stop in stops if stop in between]
    if not ends:
        return "", between
    end = min(ends)
    while between[end : end + 1].isspace():
        end += 1
    return between[:end], between[end:]
