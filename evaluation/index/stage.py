"""The stage that indexes: documents in passages and their vectors, in an embedded Chroma store.

index_documents([Path("docs")], workspace.index, embedder_input(config, workspace), config.retrieval)
store = open_index(workspace.index, embedder)       # InputError where nothing was indexed
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.index.documents import EXTRA, read_passages
from winnow.config import RetrievalConfig
from winnow.data.files import file_hash, read_json
from winnow.data.records import content_hash
from winnow.errors import InputError, require
from winnow.models.embedder import Embedder
from winnow.study.inputs import ABSENT, FileInput, Input, Inputs, Loaded
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

COLLECTION = "passages"
PASSAGES_A_WRITE = 1000


@dataclass(frozen=True)
class IndexInputs(Inputs):
    """The documents by their paths, and the encoder that places their passages."""

    documents: Mapping[str, Input[Path]]
    embedder: Input[Embedder]


def index_stage(
    paths: Sequence[Path], folder: Path, embedder: Input[Embedder], settings: RetrievalConfig
) -> Stage[IndexInputs]:
    """Declare what an index is made from."""
    documents = {str(path): FileInput(path, Path) for path in paths}
    return Stage(
        folder / "manifest.json", "index", IndexInputs(documents, embedder), (settings,), code=[__name__],
        root=folder.parent,
    )  # fmt: skip


def index_documents(
    paths: Sequence[Path], folder: Path, embedder: Input[Embedder], settings: RetrievalConfig
) -> dict[str, object]:
    """Embed the documents' passages into a new store and put it in place of the old one, unless that still holds."""
    return index_stage(paths, folder, embedder, settings).run(_index)


def _index(stage: Stage[IndexInputs]) -> dict[str, object]:
    settings, folder = stage.setting(RetrievalConfig), stage.folder
    passages = read_passages([one.open() for one in stage.inputs.documents.values()], settings)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder, prefix="store-"))
    store = _store(fresh, stage.inputs.embedder.open())
    for start in range(0, len(passages), PASSAGES_A_WRITE):
        batch = passages[start : start + PASSAGES_A_WRITE]
        store.add_texts(
            [p.text for p in batch],
            [{"document": p.document, "number": p.number} for p in batch],
            ids=[content_hash(p.document, str(p.number), p.text) for p in batch],
        )
    for old in folder.glob("store-*"):
        if old != fresh:
            shutil.rmtree(old)
    documents = len({p.document for p in passages})
    return {"passages": len(passages), "documents": documents, "store": fresh.name}


def index_input(workspace: Workspace, embedder: Input[Embedder]) -> Input[Any]:
    """The store of passages, known by its manifest, opened with the encoder that filled it.

    Raises InputError where the index was filled by another encoder: its distances would mean nothing.
    """
    manifest = workspace.index / "manifest.json"

    def load() -> Any:
        if manifest.exists() and read_json(manifest)["inputs"].get("embedder") != embedder.fingerprint():
            raise InputError(f"{workspace.index}: filled by another models.embedder than now; run again: winnow index")
        return open_index(workspace.index, embedder.open())

    return Loaded(
        lambda: file_hash(manifest) if manifest.exists() else ABSENT, load, (workspace.index, *embedder.paths)
    )


def open_index(folder: Path, embedder: Embedder) -> Any:
    """Open the store that `index_documents` wrote; raises InputError where there is none."""
    found = sorted(folder.glob("store-*")) if (folder / "manifest.json").exists() else []
    if not found:
        raise InputError(f"{folder}: no documents indexed yet; run: winnow index DOCS")
    return _store(found[-1], embedder)


def _store(folder: Path, embedder: Embedder) -> Any:
    chroma = require("langchain_chroma", EXTRA)
    settings = require("chromadb.config", EXTRA).Settings(anonymized_telemetry=False)
    return chroma.Chroma(
        COLLECTION,
        embedding_function=_embeddings(embedder),
        persist_directory=str(folder),
        client_settings=settings,
        collection_metadata={"hnsw:space": "cosine"},
    )


def _embeddings(embedder: Embedder) -> Any:
    """Let LangChain embed through Winnow's cached embedder."""
    base = require("langchain_core.embeddings", EXTRA).Embeddings

    class CachedEmbeddings(base):  # type: ignore[misc, valid-type]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.embed(texts).tolist()  # type: ignore[no-any-return]

        def embed_query(self, text: str) -> list[float]:
            return embedder.embed([text])[0].tolist()  # type: ignore[no-any-return]

    return CachedEmbeddings()
