from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from winnow.errors import InputError
from winnow.models import embedder as embedder_module
from winnow.models import encoder
from winnow.models.embedder import Embedder

TEXTS = [
    "How do I reset my PIN?",
    "I forgot my PIN, what now?",
    "What is the penalty for closing a fixed-term deposit early?",
    "",
    "How do I reset my PIN?",
    "Ein Sparkonto eröffnen",
]


@pytest.fixture
def embedder(tmp_path, minilm):
    return Embedder("all-minilm-l6-v2", tmp_path)


def test_vectors_have_unit_length_and_say_what_is_alike(embedder):
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    likeness = vectors @ vectors.T
    assert likeness[0, 1] > 0.7 > 0.3 > likeness[0, 2]
    np.testing.assert_array_equal(vectors[0], vectors[4])


def test_a_second_run_embeds_nothing_and_loads_no_model(embedder, tmp_path, monkeypatch):
    first = embedder.embed(TEXTS)
    assert (embedder.embedded, embedder.from_cache) == (5, 0)
    monkeypatch.setattr(embedder_module, "encode", lambda *_: pytest.fail("loaded the model"))
    again = Embedder("all-minilm-l6-v2", tmp_path)
    np.testing.assert_array_equal(again.embed(TEXTS), first)
    assert (again.embedded, again.from_cache) == (0, 5)


def test_order_and_block_size_change_nothing_visible(embedder, tmp_path):
    texts = [f"Question {number}: {'how does interest compound? ' * (number % 7)}" for number in range(40)]
    forward = embedder.embed(texts)
    other = Embedder("all-minilm-l6-v2", tmp_path / "other")
    backward = np.concatenate(list(other.embed_blocks(reversed(texts), block_size=7)))
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-6)


def test_vectors_depend_neither_on_the_number_of_cores_nor_on_the_process(embedder, tmp_path):
    texts = [f"How much is a transfer to country {number}?" for number in range(50)]
    models = encoder._load(embedder._model)
    several = encoder._on_cores(models * 2, models[0].preprocess(texts))
    np.testing.assert_array_equal(embedder.embed(texts), several)
    code = (
        "import sys, numpy as np; from pathlib import Path; from winnow.models.embedder import Embedder\n"
        "one = Embedder('all-minilm-l6-v2', Path(sys.argv[1]))\n"
        "with one.loading():\n"
        "    np.save(sys.argv[2], one.embed(sys.argv[3:]))\n"
        "print('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "beside"), str(tmp_path / "vectors.npy"), *texts]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy"), several)


@pytest.mark.slow
def test_a_model_that_does_not_load_beside_is_one_line(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    code = (
        "import sys; from pathlib import Path; from winnow.models.embedder import Embedder\n"
        "from winnow.errors import InputError\n"
        "one = Embedder(sys.argv[1], Path(sys.argv[1]) / 'cache')\n"
        "try:\n"
        "    with one.loading():\n"
        "        one.embed(['x'])\n"
        "except InputError as error:\n"
        "    print(len(str(error).splitlines()), 'sentence_transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "model")], capture_output=True, text=True)
    assert done.stdout.split() == ["1", "False"], done.stderr


def test_progress_counts_every_text_once(embedder):
    steps = []
    embedder.embed(TEXTS[:2])
    embedder.embed(TEXTS, progress=steps.append)
    assert sum(steps) == len(TEXTS)


def test_no_texts_give_no_vectors(embedder):
    assert len(embedder.embed([])) == 0


def test_megabytes_nul_bytes_and_broken_unicode_are_embedded(embedder):
    vectors = embedder.embed(["fees " * 2_000_000, "a\x00b", "half a pair \ud83d"])
    assert np.isfinite(vectors).all()


def test_a_killed_run_keeps_what_it_had(tmp_path, minilm):
    code = (
        "import os, sys; from pathlib import Path; from winnow.models import embedder as e\n"
        "e.TEXTS_A_COMMIT = 4\n"
        "one = e.Embedder('all-minilm-l6-v2', Path(sys.argv[1]))\n"
        "one.embed([f'text {n}' for n in range(12)], lambda n: one.embedded >= 8 and os.kill(os.getpid(), 9))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    rest = Embedder("all-minilm-l6-v2", tmp_path)
    rest.embed([f"text {n}" for n in range(12)])
    assert (rest.embedded, rest.from_cache) == (4, 8)


def test_a_cache_that_is_no_database_is_one_line(embedder, tmp_path):
    embedder._cache.path.write_bytes(b"not a database, whatever its name says" * 40)
    with pytest.raises(InputError, match="can't be used as a cache") as caught:
        embedder.embed(["x"])
    assert "\n" not in str(caught.value)
