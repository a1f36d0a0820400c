"""A cheap encoder: one vector a word, distilled once from the sentence encoder and kept in the cache folder.

vectors = word_vectors(embedder)(["children", "kids"])       # float32 [2, 256], unit length

As in Model2Vec (Minish Lab, 2024), whose package reads the vectors; its distillation asks for an older transformers
than training does, so that is done here: each entry of the tokenizer's vocabulary is encoded alone, and the vectors are
reduced by principal components. Texts are means of their words, weighted by how rare a word is in the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from winnow.data.files import cache_folder, whole_file
from winnow.models.identity import weights_hash
from winnow.models.interface import tokenizer_of
from winnow.models.names import resolve_embedder
from winnow.models.scripts import load_pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from winnow.models.embedder import Embedder

Vectors = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

DIMENSIONS = 256
DISTILLATION = 1  # raise it when the distillation changes, so that vectors of the old one aren't used
WORDS_A_BATCH = 2048  # that are encoded at once
HALF_WEIGHT_SHARE = 1e-3  # share of the texts at which a word weighs half
MAX_REMEMBERED_WORDS = 200_000  # with their vectors: the texts of a corpus say the same ones again and again


class StaticEmbedder:
    """Word vectors by word pieces."""

    def __init__(self, pieces: Vectors, tokenizer: Tokenizer) -> None:
        from model2vec import StaticModel

        self._model = StaticModel(pieces, tokenizer, normalize=True)
        self._known = np.empty((0, pieces.shape[1]), np.float32)
        self._place: dict[str, int] = {}

    @classmethod
    def load(cls, model_name: str, cache: Path) -> StaticEmbedder:
        """Read the distilled vectors, or distil them now: about 20 s, once a machine."""
        model = resolve_embedder(model_name)
        path = cache / "static" / f"{weights_hash(model)[:16]}-{DISTILLATION}.npy"
        if not path.exists():
            vectors = _distil(str(model)).astype(np.float16)
            with whole_file(path) as temporary, temporary.open("wb") as file:
                np.save(file, vectors)
        tokenizer = load_pieces(model)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(np.load(path).astype(np.float32), tokenizer)

    def word_vectors(self, words: Sequence[str]) -> Vectors:
        """Return float32 [words, 256] of unit length: the mean of a word's pieces; unknown words get zeros."""
        if len(words) > MAX_REMEMBERED_WORDS:
            return self._encode(words)
        new = [word for word in dict.fromkeys(words) if word not in self._place]
        if len(self._place) + len(new) > MAX_REMEMBERED_WORDS:
            self._place, self._known = {}, self._known[:0]
            new = list(dict.fromkeys(words))
        if new:
            self._place |= zip(new, range(len(self._place), len(self._place) + len(new)), strict=True)
            self._known = np.concatenate([self._known, self._encode(new)])
        return self._known[[self._place[word] for word in words]]

    def _encode(self, words: Sequence[str]) -> Vectors:
        return self._model.encode(list(words), max_length=None, use_multiprocessing=False)  # the caller has workers


def word_vectors(embedder: Embedder | None) -> Callable[[Sequence[str]], Vectors] | None:
    """Return what gives vectors of words, distilled from a sentence encoder; None without one."""
    return StaticEmbedder.load(embedder.model_name, cache_folder()).word_vectors if embedder else None


def text_means(words: Indices, ends: Indices, vectors: Vectors, shares: npt.NDArray[np.float64]) -> Vectors:
    """Return the mean of each text's word vectors, in which a word weighs the more the rarer it is, at unit length.

    Text i is `words[ends[i]:ends[i + 1]]`, places in `vectors`; `shares` are of the texts that have a word, and its
    weight is a / (a + share), as in SIF (Arora et al., 2017). A text of no known word gets zeros.
    """
    from scipy.sparse import csr_matrix

    weights = (HALF_WEIGHT_SHARE / (HALF_WEIGHT_SHARE + shares)).astype(np.float32)
    matrix = csr_matrix((weights[words], words, ends), (len(ends) - 1, len(vectors)))
    return normalised(np.asarray(matrix @ vectors, np.float32))


def normalised(vectors: Vectors) -> Vectors:
    """Scale rows to unit length; zero rows stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _distil(model: str) -> Vectors:
    """Encode every entry of the vocabulary alone; return the first principal components, centred."""
    import torch
    from transformers import AutoModel

    tokenizer = tokenizer_of(model)
    encoder = AutoModel.from_pretrained(model, trust_remote_code=False, use_safetensors=True).eval()
    size, vectors = len(tokenizer), []
    with torch.inference_mode():
        for start in range(0, size, WORDS_A_BATCH):
            middle = torch.arange(start, min(start + WORDS_A_BATCH, size))
            ends = [torch.full_like(middle, id_) for id_ in (tokenizer.cls_token_id, tokenizer.sep_token_id)]
            hidden = encoder(torch.stack([ends[0], middle, ends[1]], dim=1)).last_hidden_state
            vectors.append(hidden.mean(dim=1))
    matrix = torch.cat(vectors).double()
    matrix = matrix - matrix.mean(dim=0)
    _, _, components = torch.linalg.svd(matrix.T @ matrix)
    return np.asarray((matrix @ components[:DIMENSIONS].T).float().numpy(), np.float32)
