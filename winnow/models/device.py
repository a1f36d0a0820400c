"""The device that models run on: the one that the settings name, by default the fastest there is.

choose("auto")          # for this process and those that it starts
device()                # "cuda" where torch sees an NVIDIA or AMD card, "mps" on Apple's chips, else "cpu"
"""

from __future__ import annotations

import os
from typing import Literal, cast, get_args

from winnow.config.training import DeviceChoice
from winnow.errors import InputError

Device = Literal["cuda", "mps", "cpu"]
VARIABLE = "WINNOW_DEVICE"  # in the environment, so that every process that a stage starts follows


def choose(wanted: DeviceChoice) -> None:
    """Let models run on a device from now on; whether it is there is looked at when the first one loads."""
    os.environ[VARIABLE] = wanted


def device() -> Device:
    """Name the device that models run on; raises InputError with the cause where the chosen one isn't there."""
    wanted = os.environ.get(VARIABLE, "auto")
    if wanted not in get_args(DeviceChoice):
        raise InputError(f"{VARIABLE}={wanted}: no such device; known are {', '.join(get_args(DeviceChoice))}")
    if wanted == "cpu":
        return "cpu"
    absent = {"cuda": _why_no_cuda, "mps": _why_no_mps}
    if wanted == "auto":
        return next((cast(Device, name) for name, why in absent.items() if not why()), "cpu")
    if why := absent[wanted]():
        raise InputError(f"device is {wanted}, but {why}; set device=auto, which takes what is there")
    return cast(Device, wanted)


def _why_no_cuda() -> str:
    import torch

    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None and torch.version.hip is None:
        return f"torch {torch.__version__} is a build without CUDA: install one with it from pytorch.org"
    return "torch sees no card: nvidia-smi tells whether the driver does, and CUDA_VISIBLE_DEVICES may hide it"


def _why_no_mps() -> str:
    import torch

    if torch.backends.mps.is_available():
        return ""
    if not torch.backends.mps.is_built():
        return f"torch {torch.__version__} is a build without MPS, which macOS alone has"
    return "this macOS or chip has no Metal that torch could use: it takes macOS 14 on Apple silicon"
