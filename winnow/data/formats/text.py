"""Text of stored files: bytes → lines, in the encoding that a byte order mark, else the user, names.

for line in text_lines(stored, "utf-8"): ...     # 'question,answer\\n', 'What is an ISA?,A savings account.\\n'
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO

from winnow.data.formats.stored import DAMAGE, Stored
from winnow.errors import InputError

BLOCK_LINES = 100
HEAD_BYTES = 4_096  # looked at for a byte order mark, the line ends and text that is UTF-16 without a mark
CONTEXT_BYTES = 2_000  # either side of a byte that isn't text, from which its encoding is guessed
# UTF-32's mark begins with UTF-16's, and so comes first
MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
WESTERN = "cp1252"
BEGIN_BYTES = 64  # in which every second one is 0 in UTF-16
GUESSED_FROM_BYTES = 12  # beyond ASCII; fewer speak for many encodings alike
EVERY_END = ""  # lines end at CR, LF or both, as in tables
LINE_FEED = "\n"  # lines end at LF, since CR and U+2028 may stand inside a JSON string; at CR where there is no LF


def text_lines(stored: Stored, encoding: str, ends: str = LINE_FEED) -> Iterator[str]:
    """Give the lines of a text with their ends.

    Raises InputError that names the line and the byte that isn't text, with a likely encoding, or the line where
    the packed bytes are damaged.
    """
    return chain.from_iterable(_blocks(stored, encoding, ends))


def _blocks(stored: Stored, encoding: str, ends: str) -> Iterator[list[str]]:
    """Yield a hundred lines at once, which costs less than one by one; those before an error come first."""
    binary = stored.open()
    head = _peek(stored, binary)
    encoding = _encoding(stored, head, encoding)
    # text without any LF has the line ends of old Macs, which universal newlines read
    newline = None if ends == LINE_FEED and _has_cr_alone(head, encoding) else ends
    line = 0
    with io.TextIOWrapper(binary, encoding=encoding, newline=newline) as lines:
        while True:
            block: list[str] = []
            problem: Exception | None = None
            try:
                block.extend(islice(lines, BLOCK_LINES))
            except (UnicodeError, *DAMAGE) as error:
                problem = error
            yield block
            line += len(block)
            if isinstance(problem, UnicodeError):
                raise _bad_encoding(stored, encoding, line + 1, problem) from problem
            if problem is not None:
                raise stored.damaged(problem, line + 1) from problem
            if len(block) < BLOCK_LINES:
                return


def _peek(stored: Stored, binary: IO[bytes]) -> bytes:
    try:
        return bytes(binary.peek(HEAD_BYTES))[:HEAD_BYTES]  # type: ignore[attr-defined]
    except DAMAGE as error:
        raise stored.damaged(error, 1) from error


def _encoding(stored: Stored, head: bytes, named: str) -> str:
    marked = next((encoding for mark, encoding in MARKS.items() if head.startswith(mark)), None)
    if marked:
        return marked
    try:
        "".encode(named)
    except LookupError as error:
        raise InputError(f"{stored.name}: unknown encoding {named!r}; name one that Python knows: cp1252") from error
    if named.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        return named
    begin = head[:BEGIN_BYTES]
    for encoding, zeros in (("utf-16-le", begin[1::2]), ("utf-16-be", begin[::2])):
        if len(begin) >= 4 and not any(zeros) and any(begin):
            raise InputError(
                f"{stored.name}:1: byte 0x00 in every second place: this is {encoding} without a byte order mark; "
                f"save the file as UTF-8, or curate it with --set ingest.encoding={encoding}"
            )
    return "utf-8"


def _has_cr_alone(head: bytes, encoding: str) -> bool:
    text = head.decode(encoding, errors="ignore")
    return "\r" in text and "\n" not in text


def _bad_encoding(stored: Stored, encoding: str, line: int, error: UnicodeError) -> InputError:
    """Name the line of the first byte that isn't text, counted in all bytes since decoding runs ahead."""
    data = stored.read()
    try:
        data.decode(encoding)
    except UnicodeDecodeError as whole:
        before = data[: whole.start].decode(encoding, errors="ignore")
        line = before.count("\n" if "\n" in before else "\r") + 1
        if any(data.startswith(mark) for mark, marked in MARKS.items() if marked == encoding):
            return InputError(
                f"{stored.name}:{line}: byte 0x{data[whole.start]:02X} isn't {encoding.removesuffix('-sig')}, as the "
                "file's first bytes say it is; it may be cut off; save it again as UTF-8"
            )
        likely = _likely(data[max(0, whole.start - CONTEXT_BYTES) : whole.start + CONTEXT_BYTES])
        return InputError(
            f"{stored.name}:{line}: byte 0x{data[whole.start]:02X} isn't {encoding}; "
            f"save the file as UTF-8, or curate it with its encoding, as in --set ingest.encoding={likely}"
        )
    except UnicodeError:
        pass
    return InputError(f"{stored.name}:{line}: not {encoding}: {error}; name its encoding or save it as UTF-8")


def _likely(data: bytes) -> str:
    """Guess an encoding from enough letters beyond ASCII: what Windows writes in the west, unless another one fits."""
    from charset_normalizer import from_bytes

    if sum(byte > 127 for byte in data) < GUESSED_FROM_BYTES:
        return WESTERN
    best = from_bytes(data).best()
    if best is None or best.encoding in ("ascii", "utf_8") or str(best) == data.decode(WESTERN, errors="replace"):
        return WESTERN
    return best.encoding.replace("_", "-")
