"""Models run on the device that was asked for, or the error says why they can't."""

from __future__ import annotations

import pytest
import torch

from winnow.config import load
from winnow.errors import InputError
from winnow.models.device import VARIABLE, choose, device


@pytest.fixture(autouse=True)
def afterwards_as_before(monkeypatch):
    monkeypatch.setenv(VARIABLE, "auto")


def test_auto_takes_what_is_there():
    there = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert device() == there


def test_the_cpu_can_be_chosen_on_any_machine():
    choose("cpu")
    assert device() == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has what the test asks for")
def test_a_device_that_is_not_there_is_refused_with_its_cause():
    choose("cuda")
    cause = "a build without CUDA" if torch.version.cuda is None else "torch sees no card"
    with pytest.raises(InputError, match=f"device is cuda, but .*{cause}.*set device=auto"):
        device()


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="this machine has what the test asks for")
def test_apples_chips_are_asked_for_on_apples_chips_alone():
    choose("mps")
    with pytest.raises(InputError, match="without MPS, which macOS alone has"):
        device()


def test_a_device_nobody_knows_is_refused_where_it_is_written(tmp_path):
    settings = tmp_path / "winnow.yaml"
    settings.write_text("seed: 1\ndevice: tpu\n")
    with pytest.raises(InputError, match=r"winnow\.yaml:2: device: .*'auto', 'cuda', 'mps' or 'cpu'"):
        load(settings)


def test_a_model_loads_onto_the_chosen_device(smollm2):
    from winnow.models.weights import load_weights

    choose("cpu")
    model = load_weights(str(smollm2), "auto")
    assert (model.device.type, model.dtype) == ("cpu", torch.float32)
