"""Load a model's tokenizer.

load_tokenizer("smollm2-135m-instruct")("What is an ISA?")["input_ids"]
"""

from __future__ import annotations

from typing import Any

from winnow.errors import InputError
from winnow.models.interface import tokenizer_of
from winnow.models.names import is_server, resolve_base_model


def load_tokenizer(name: str) -> Any:
    """Load a model's tokenizer with its chat template; raises InputError in one line where that fails.

    Every caller of a process gets the same object, so none may change it: copy it first.
    """
    if is_server(name):
        raise InputError(f"{name}: a server doesn't hand out its tokenizer; name a model folder")
    return tokenizer_of(resolve_base_model(name))
