"""Load a language model that runs here, or connect to one on a server.

A folder or hub name runs here through transformers, a URL on its server:

    model = load_language_model("smollm2-135m-instruct", adapter=Path("runs/1/adapter"))
    model.answer([to_messages("What is an ISA?")], GenerationSettings(max_new_tokens=100))[0].text
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from winnow.models.interface import LanguageModel, Precision
from winnow.models.names import is_server

if TYPE_CHECKING:
    from winnow.models.local import LocalModel


def load_language_model(
    name: str, adapter: Path | None = None, precision: Precision = "auto", tokenizer: str | None = None
) -> LanguageModel:
    """Load a local model, or connect to the server at a URL; raises InputError in one line where that fails.

    `precision` "auto" is float32 on a CPU and bfloat16 on a GPU. `tokenizer` names a folder with the tokenizer
    of a server's model, through which prompts are rendered here; a local model brings its own.
    """
    if is_server(name):
        from winnow.models.server import ServerModel

        return ServerModel(name, tokenizer=tokenizer)
    return load_local_model(name, adapter, precision)


def load_local_model(name: str, adapter: Path | None = None, precision: Precision = "auto") -> LocalModel:
    """Load a model that runs here: it also offers `divergence_from_base`."""
    from winnow.models.local import LocalModel

    return LocalModel.load(name, adapter, precision)
