"""Stored files: a name and the bytes behind it, on the disk or in an archive, unpacked where they are packed.

Stored.on_disk(Path("faq.jsonl.gz")).suffix       # ".jsonl"
Stored.on_disk(Path("faq.jsonl.gz")).open()       # a stream of the unpacked bytes
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any, cast
from zipfile import BadZipFile

from winnow.errors import InputError


def _open_zstandard(packed: IO[bytes]) -> IO[bytes]:
    import pyarrow as pa

    return cast(IO[bytes], io.BufferedReader(pa.CompressedInputStream(packed, "zstd")))


UNPACKERS: Mapping[str, Callable[[IO[bytes]], Any]] = {
    ".gz": lambda packed: gzip.GzipFile(fileobj=packed),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": _open_zstandard,
}
# What unpacking damaged bytes raises; RuntimeError stands for an encrypted archive, NotImplementedError for its method
DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, BadZipFile, RuntimeError, NotImplementedError)


@dataclass(frozen=True)
class Stored:
    """A file's bytes wherever they lie; `name` is how errors name it: "faq.csv", "a.zip/faq.csv"."""

    name: str
    open_packed: Callable[[], IO[bytes]]
    is_in_archive: bool = False

    @classmethod
    def on_disk(cls, path: Path) -> Stored:
        """A file of the disk."""
        return cls(str(path), lambda: path.open("rb"))

    @property
    def packing(self) -> str:
        """What the bytes are packed with: ".gz", or empty."""
        last = PurePath(self.name).suffix.lower()
        return last if last in UNPACKERS else ""

    @property
    def suffix(self) -> str:
        """What the unpacked file's name ends in, in lower case: ".jsonl"."""
        return PurePath(self.name[: len(self.name) - len(self.packing)]).suffix.lower()

    def open(self) -> IO[bytes]:
        """Open the unpacked bytes; raises InputError where the file can't be opened."""
        try:
            packed = self.open_packed()
            return cast(IO[bytes], UNPACKERS[self.packing](packed)) if self.packing else packed
        except (*DAMAGE, ValueError) as error:  # an archive's own list of members may be damaged, too
            raise self.damaged(error) from error

    def read(self) -> bytes:
        """Read all unpacked bytes; raises InputError where they are damaged."""
        with self.open() as data:
            try:
                return data.read()
            except DAMAGE as error:
                raise self.damaged(error) from error

    def seekable(self) -> IO[bytes]:
        """Open the unpacked bytes so that a reader may go back and forth in them."""
        return io.BytesIO(self.read()) if self.packing or self.is_in_archive else self.open()

    def damaged(self, error: BaseException, line: int | None = None) -> InputError:
        """Say in words what reading raised, with the file and the line where that is known."""
        place = self.name if line is None else f"{self.name}:{line}"
        why = getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
        return InputError(f"{place}: can't read: {why}; check its permissions, or whether it was written whole")
