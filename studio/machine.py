"""How fast this machine is, by a probe of about a second: plain Python, multiplying matrices, reading memory.

machine = probe()
machine.python, machine.flops, machine.bandwidth      # 1.0, 1.1e11, 8.5e9
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from winnow.models.device import Device, device

LOOP_STEPS = 50_000  # additions of plain Python
LOOP_SECONDS = 0.0029  # that they took on the machine on which the stages were timed: 2 CPU cores
TOKENS, WIDTH, INNER = 512, 576, 1536  # a layer of a small model over a batch
BYTES_READ = 128 * 2**20  # more than caches hold
TRIES = 25  # short ones, of which the best counts: what else runs on the machine only ever slows it


@dataclass(frozen=True)
class Machine:
    """Speeds of a machine.

    `python`: how many times faster than the timed machine plain Python runs; `flops`: operations a second of a matrix
    product in the precision that models run in; `bandwidth`: bytes a second that weights are read with; `free_gb`: of
    the memory that models run in, in 10⁹ bytes.
    """

    device: Device
    python: float
    flops: float
    bandwidth: float
    free_gb: float

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)


def probe() -> Machine:
    """Time a loop, a matrix product and a sum over memory on the device that models run on.

    A CPU's product and sum are one core's, counted for all: two cores that others use too are seldom free at once.
    """
    import psutil
    import torch

    where = device()
    wait: Callable[[], None] = {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}.get(where, lambda: None)
    free = torch.cuda.mem_get_info()[0] if where == "cuda" else psutil.virtual_memory().available
    kind = torch.bfloat16 if where == "cuda" else torch.float32
    left, right = (torch.ones(shape, dtype=kind, device=where) for shape in ((TOKENS, WIDTH), (WIDTH, INNER)))
    memory = torch.zeros(BYTES_READ // 4, dtype=torch.float32, device=where)
    cores = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        product, read = _best(lambda: left @ right, wait), _best(memory.sum, wait)
    finally:
        torch.set_num_threads(cores)
    count = cores if where == "cpu" else 1
    flops, bandwidth = (
        count * done / taken for done, taken in ((2 * TOKENS * WIDTH * INNER, product), (BYTES_READ, read))
    )
    return Machine(where, LOOP_SECONDS / _best(_loop, lambda: None), flops, bandwidth, free / 1e9)


def _loop() -> int:
    total = 0
    for number in range(LOOP_STEPS):
        total += number
    return total


def _best(work: Callable[[], object], wait: Callable[[], None]) -> float:
    """Give the seconds of the shortest of many tries."""
    taken = []
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        wait()
        taken.append(time.perf_counter() - began)
    return min(taken)
