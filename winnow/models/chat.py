"""Write prompts through the model's own chat template, and read from it where a turn begins and ends.

Nothing here is a table of model names; each fact is read off the template by rendering a marker:

    format_prompt(tokenizer, "What is an ISA?")   # ends where the assistant's answer begins
    pre_query_prefix(tokenizer)                   # ends where the user's question begins
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winnow.data.records import Message, content_hash
from winnow.errors import InputError

# Thinking off where the template knows the switch. Llama 3.2 writes today's date into its system turn unless
# it is given one: the same seed must give the same bytes tomorrow, so the date is the template's own fallback.
TEMPLATE_OPTIONS: dict[str, bool | str] = {"enable_thinking": False, "date_string": "26 Jul 2024"}

# Plain words: a template that trims or escapes its content leaves them as they are.
QUESTION_MARK, ANSWER_MARK, SYSTEM_MARK = "WinnowMarksTheQuestion", "WinnowMarksTheAnswer", "WinnowMarksTheSystem"


def to_messages(question: str) -> list[Message]:
    """Make the messages of one prompt that is no row, such as a general item; the template's own system turn stands."""
    return [{"role": "user", "content": question}]


def render(tokenizer: Any, messages: Sequence[Message], add_generation_prompt: bool = True) -> str:
    """Render messages to the text a model reads; tokenise it with `add_special_tokens=False`, it has them.

    Where the template has no system turn (Gemma's refuses one, others leave its words out), the system prompt opens
    the first user turn instead. Raises InputError where the model has no template, or the template refuses the turns.
    """
    from jinja2 import TemplateError

    require_template(tokenizer)
    turns = list(messages)
    if turns and turns[0]["role"] == "system" and not has_system_turn(tokenizer):
        turns = _folded(turns)
    try:
        return _applied(tokenizer, turns, add_generation_prompt)
    except TemplateError as error:
        roles = ", ".join(turn["role"] for turn in turns)
        raise InputError(
            f"{_name(tokenizer)}: its chat template refuses the turns {roles} ({error}); "
            "mend the earlier turns, or take a model whose template allows them"
        ) from error


def has_system_turn(tokenizer: Any) -> bool:
    """Tell whether the template writes a system prompt's words; Gemma's raises an error instead."""
    from jinja2 import TemplateError

    turns = [{"role": "system", "content": SYSTEM_MARK}, {"role": "user", "content": QUESTION_MARK}]
    try:
        return SYSTEM_MARK in _applied(tokenizer, turns, add_generation_prompt=True)
    except TemplateError:
        return False


def _folded(turns: Sequence[Message]) -> list[Message]:
    """Put the system prompt before the first user's words: [system, user, …] → [user, …]."""
    system, rest = turns[0]["content"], list(turns[1:])
    if not rest or rest[0]["role"] != "user":
        return [{"role": "user", "content": system}, *rest]
    return [{"role": "user", "content": f"{system}\n\n{rest[0]['content']}"}, *rest[1:]]


def _applied(tokenizer: Any, turns: Sequence[Message], add_generation_prompt: bool) -> str:
    return str(
        tokenizer.apply_chat_template(
            list(turns), tokenize=False, add_generation_prompt=add_generation_prompt, **TEMPLATE_OPTIONS
        )
    )


def format_prompt(tokenizer: Any, question: str) -> str:
    """Render one prompt that is no row up to where the answer begins; a row's is `PromptForm.text`."""
    return render(tokenizer, to_messages(question))


def pre_query_prefix(tokenizer: Any, history: Sequence[Message] = (), system: str | None = None) -> str:
    """Render everything that stands before the user's next question, the template's own system turn included.

    A model that continues this text writes a question itself (Magpie, arXiv 2406.08464).
    """
    opening = [{"role": "system", "content": system}] if system is not None else []
    turns = [*opening, *history, {"role": "user", "content": QUESTION_MARK}]
    before, mark, _ = render(tokenizer, turns, add_generation_prompt=False).partition(QUESTION_MARK)
    if not mark:
        raise InputError(f"{_name(tokenizer)}: its chat template leaves out the user's words; mend the template")
    return before


def end_of_turn_ids(tokenizer: Any) -> list[int]:
    """List the token ids that end a turn: those the template writes after each role's words, and EOS."""
    turns = [
        {"role": "user", "content": QUESTION_MARK},
        {"role": "assistant", "content": ANSWER_MARK},
        {"role": "user", "content": "Thanks."},
    ]
    text = render(tokenizer, turns, add_generation_prompt=False)
    followers = [text.partition(mark)[2] for mark in (QUESTION_MARK, ANSWER_MARK)]
    ids = [*(_leading_special_id(tokenizer, follower) for follower in followers), tokenizer.eos_token_id]
    return sorted({index for index in ids if index is not None})


def special_tokens(tokenizer: Any) -> list[str]:
    """List the tokens that only a template may write; in a model's own words they are a leak."""
    return sorted(str(token) for token in tokenizer.added_tokens_decoder.values() if token.special)


def template_hash(tokenizer: Any) -> str:
    """Hash the template and the options it is rendered with."""
    require_template(tokenizer)
    return content_hash(tokenizer.get_chat_template(), repr(sorted(TEMPLATE_OPTIONS.items())))[:16]


def require_template(tokenizer: Any) -> None:
    """Raise InputError with the remedy where the tokenizer has no chat template."""
    if not tokenizer.chat_template:
        raise InputError(
            f"{_name(tokenizer)} has no chat template, so it is probably a base model; "
            "choose its instruct version, or put a chat_template.jinja into its folder"
        )


def _leading_special_id(tokenizer: Any, text: str) -> int | None:
    """Give the id of the special token a text begins with, None where it begins with plain text."""
    ids = tokenizer(text.lstrip()[:100], add_special_tokens=False)["input_ids"]
    special = {index for index, token in tokenizer.added_tokens_decoder.items() if token.special}
    return ids[0] if ids and ids[0] in special else None


def _name(tokenizer: Any) -> str:
    return f'model "{tokenizer.name_or_path}"'
