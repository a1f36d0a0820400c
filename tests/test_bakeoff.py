from __future__ import annotations

import pytest

from evaluation.bakeoff import bake_off, bake_off_text, page
from evaluation.licence import licence_of
from winnow.config import load
from winnow.errors import InputError
from winnow.workspace import Workspace


def candidate(name, **more):
    quality = {"token_f1": {"estimate": 0.2, "low": 0.1, "high": 0.3, "n": 40, "signature": "token_f1|x"}}
    general = {"estimate": 0.5, "low": 0.3, "high": 0.7, "n": 20}
    return {
        **{"model": name, "licence": "mit", "weights_gb": 0.3, "peak_memory_gb": 1.2, "tokens_per_second": 30.0},
        **{"quality": quality, "general": general, **more},
    }


def test_the_table_gives_every_figure_its_interval_and_names_who_is_compared_with_whom():
    difference = {"token_f1": {"estimate": -0.05, "low": -0.1, "high": 0.0, "n": 40}}
    rows = [candidate("small"), candidate("<b>other</b>", against_first=difference)]
    found = {"held_out": 40, "metrics": ["token_f1"], "rows": rows}
    text, html = bake_off_text(found), page(found)
    assert "0.500 [0.300, 0.700] n=20" in text
    assert "-0.050 [-0.100, +0.000] n=40 against small" in text
    assert "&lt;b&gt;other" in html
    assert "<b>other" not in html


def test_no_model_is_an_error_that_says_what_to_name(tmp_path):
    with pytest.raises(InputError, match="no model named; give folders, hub names or URLs"):
        bake_off(Workspace(tmp_path), load(), [])


def test_a_licence_is_read_from_the_card_or_said_to_be_unknown(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert licence_of(str(tmp_path)).startswith("unknown")
    (tmp_path / "LICENSE").write_text("\n  Apache License\n  Version 2.0\n")
    assert licence_of(str(tmp_path)) == "Apache License"
    (tmp_path / "README.md").write_text("---\nlicense: apache-2.0\n---\nlicense: no\n")
    assert licence_of(str(tmp_path)) == "apache-2.0"
    assert licence_of("http://127.0.0.1:8000/v1").startswith("unknown")
