"""Energy of a run, read from the NVIDIA driver's counter.

before = energy_joules()
...
used = energy_since(before)        # watt-hours, or None where no card tells
"""

from __future__ import annotations

import ctypes


def energy_joules() -> float | None:
    """Read the first card's counter since its driver was loaded; None without a card or a counter."""
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return None
    handle, millijoules = ctypes.c_void_p(), ctypes.c_ulonglong()
    failed = (
        nvml.nvmlInit_v2()
        or nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(handle))
        or nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(millijoules))
    )
    return None if failed else millijoules.value / 1000


def energy_since(before: float | None) -> float | None:
    """Give the watt-hours since a reading: of the whole card, whoever used it."""
    now = energy_joules()
    return None if before is None or now is None else round((now - before) / 3600, 3)
