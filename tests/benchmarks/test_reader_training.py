"""The reader's recipe on an encoder of another family: other names, another vocabulary, no sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import XLMRobertaConfig, XLMRobertaModel

from benchmarks.reader.examples import Examples
from benchmarks.reader.train import Recipe, train
from curation.reader.kinds import KINDS, OUTPUTS
from curation.reader.network import build
from curation.reader.reading import padded
from curation.reader.texts import Pieces, Read

WORDS = ("<s>", "<pad>", "</s>", "<unk>", ".", "?", "Why", "does", "bread", "rise", "Yeast", "makes", "gas", "TBD")
ROWS = [("Why does bread rise ?", "Yeast makes gas ."), ("Why does bread rise ?", "TBD")] * 12


def encoder_in(folder: Path) -> Path:
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=300, type_vocab_size=1, pad_token_id=1,
    )  # fmt: skip
    XLMRobertaModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_an_encoder_of_another_family_is_trained_the_same_way(tmp_path: Path) -> None:
    model = encoder_in(tmp_path / "encoder")
    reads = Pieces(model).sequences(*zip(*ROWS, strict=True))
    placeholder = KINDS.index("placeholder")
    examples = Examples(
        ids=np.concatenate([np.array(read.ids, np.uint32) for read in reads]),
        ends=np.cumsum([len(read.ids) for read in reads]),
        questions=np.array([read.question for read in reads], np.uint8),
        kinds=np.array([-1, placeholder] * 12, np.int8),
        judged=np.full(24, 2 ** len(KINDS) - 1, np.uint32),
        parts=np.array(["training"] * 20 + ["validation"] * 4),
        sets=np.array(["bread"] * 24),
    )
    train(examples, model, Recipe(epochs=12, batch=4, rate=0.02, rank=4), tmp_path / "trained")
    with np.load(tmp_path / "trained" / "logits.npz") as found:
        logits = found["logits"]
    assert logits.shape == (4, len(OUTPUTS))
    assert (logits[1::2, placeholder] > logits[::2, placeholder]).all()
    tensors = load_file(tmp_path / "trained" / "reader.safetensors")
    with torch.inference_mode():
        rebuilt = build(model, tensors)(*padded([Read(*read) for read in reads[20:]]))
    assert np.allclose(rebuilt.numpy(), logits, atol=0.05)
