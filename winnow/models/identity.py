"""Identity of a model: a hash of its weights, or of what its server says of itself.

weights_hash(resolve_base_model("smollm2-135m-instruct"))      # the same folder, the same 64 hex digits
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Callable
from pathlib import Path

from winnow.data.files import cache_folder, file_hash
from winnow.data.records import canonical_json, content_hash
from winnow.models.names import TOKENIZER_FILES, is_server, resolve_base_model


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
    return _remembered("", folder, files, lambda: _hash_files(files))


def template_of(model: Path | str) -> str:
    """Hash a model's chat template and the options it is rendered with, as `template_hash` does of its tokenizer.

    Remembered like weights, so that a study whose plan is only looked at loads no tokenizer.
    """
    from winnow.models.chat import TEMPLATE_OPTIONS, template_hash
    from winnow.models.interface import tokenizer_of

    if not Path(model).is_dir():
        return template_hash(tokenizer_of(model))
    options = content_hash(repr(sorted(TEMPLATE_OPTIONS.items())))[:8]
    files = sorted(file for kind in TOKENIZER_FILES for file in Path(model).glob(kind))
    return _remembered(f"-template-{options}", Path(model), files, lambda: template_hash(tokenizer_of(model)))


def _remembered(kind: str, folder: Path, files: list[Path], compute: Callable[[], str]) -> str:
    """Compute a hash of a folder's files, or return what was computed of files of these sizes and times."""
    stamp = [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files]
    memo = cache_folder() / "hashes" / f"{content_hash(str(folder.resolve()))[:24]}{kind}.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        known = json.loads(memo.read_text())
        if known["stamp"] == stamp:
            return str(known["hash"])
    digest = compute()
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


def server_identity(url: str) -> dict[str, object]:
    """Ask a server for its model: {"url", "id", "owner", "created", "fingerprint"}."""
    from winnow.models.server import ServerModel

    return {"url": url, **ServerModel(url).identity()}


def weight_files(folder: Path) -> list[Path]:
    """List the safetensors files of a model or adapter folder, by name."""
    return sorted(folder.glob("*.safetensors"))


def parameters(model: Path | str) -> int | None:
    """Count a model's weights by the headers of its files; None where they aren't on this machine."""
    resolved = resolve_base_model(str(model))
    folder = (
        Path(resolved) if Path(resolved).is_dir() else None if is_server(str(model)) else _hub_folder(str(resolved))
    )
    counts = [_parameters_of(file) for file in weight_files(folder)] if folder else []
    return sum(counts) or None


def _parameters_of(file: Path) -> int:
    """Add up the shapes in the header of a safetensors file: eight bytes say how long it is, JSON follows."""
    with file.open("rb") as stream:
        header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    return sum(math.prod(tensor["shape"]) for name, tensor in header.items() if name != "__metadata__")


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
