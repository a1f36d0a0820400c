"""Fixtures that several test files share: the real small models and the folder of real data."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from tests.chromium import chromium  # noqa: F401  (fixtures for every test file)
from tests.serving import served, server  # noqa: F401

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test may depend on a hub
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# A slow machine is no fault of the code: times are measured in benchmarks/, never by a test.
# make test draws the same examples each time, so that a change is judged by what it changed; make test-all draws others.
USUAL = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("same", derandomize=True, **USUAL)
hypothesis.settings.register_profile("fresh", **USUAL)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """Folder of SmolLM2-135M-Instruct, converted once per machine (about 25 s the first time)."""
    from winnow.models.names import resolve_base_model

    return Path(resolve_base_model("smollm2-135m-instruct"))


@pytest.fixture(scope="session")
def minilm() -> Path:
    """Folder of the packaged all-MiniLM-L6-v2."""
    from winnow.models.names import resolve_embedder

    return Path(resolve_embedder("all-minilm-l6-v2"))


@pytest.fixture(scope="session")
def smollm2_tokenizer(smollm2):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(smollm2)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real public sets; tests that read it are skipped where it is absent."""
    root = Path(__file__).parent.parent
    folder = Path(os.environ.get("WINNOW_SHARED_DATA") or root / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set WINNOW_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def smollm2_model(smollm2):
    """The real small model in float32, loaded once."""
    from winnow.models.load import load_local_model

    return load_local_model(str(smollm2))
