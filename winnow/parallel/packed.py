"""Lists of objects as compressed bytes: millions fit in memory and are iterated in order, as often as needed.

packed = Packed.of(pairs)                  # in a worker: a part of them
Packed.joined(parts)                       # in the parent, which never has all of them as objects
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

FAST_ZLIB_LEVEL = 1  # of zlib's levels


@dataclass(frozen=True, slots=True)
class Packed(Generic[T_co]):
    """Parts of a list, each pickled and compressed; only bytes that this program wrote are ever read."""

    parts: tuple[bytes, ...]

    @classmethod
    def of(cls, items: Iterable[T_co]) -> Packed[T_co]:
        """Pack items as one part."""
        return cls((zlib.compress(pickle.dumps(list(items), pickle.HIGHEST_PROTOCOL), FAST_ZLIB_LEVEL),))

    @classmethod
    def joined(cls, packed: Iterable[Packed[T_co]]) -> Packed[T_co]:
        """Put several one after the other."""
        return cls(tuple(part for one in packed for part in one.parts))

    def __iter__(self) -> Iterator[T_co]:
        for part in self.parts:
            yield from pickle.loads(zlib.decompress(part))
