"""Documents in, passages out: Markdown, text, HTML and PDF, cut where paragraphs end.

passages = read_passages([Path("docs")], config.retrieval)
passages[0].text, passages[0].document        # "The fee is £3 …", "fees.md"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from winnow.config import RetrievalConfig
from winnow.errors import InputError, require

EXTRA = "rag"


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document; `number` counts from 0 within it."""

    text: str
    document: str
    number: int


def read_passages(paths: Iterable[Path], settings: RetrievalConfig) -> list[Passage]:
    """Read each document and cut its text into passages of at most `settings.characters`, where paragraphs end.

    Raises InputError where a path isn't there or no document has text.
    """
    splitters = require("langchain_text_splitters", EXTRA)
    splitter = splitters.RecursiveCharacterTextSplitter(chunk_size=settings.characters, chunk_overlap=settings.overlap)
    passages = []
    for path in _files(paths):
        pieces = splitter.split_text(READERS[path.suffix.lower()](path))
        passages += [Passage(text, path.name, number) for number, text in enumerate(pieces)]
    if not passages:
        raise InputError("no text in the documents; a scanned PDF needs its text recognised first")
    return passages


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in READERS)
        elif path.suffix.lower() in READERS and path.exists():
            yield path
        else:
            kinds = ", ".join(READERS)
            raise InputError(f"{path}: {'unknown kind' if path.exists() else 'no such file'}; give {kinds} or a folder")


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} isn't UTF-8; save the file as UTF-8") from error


def _read_html(path: Path) -> str:
    soup = require("bs4", EXTRA).BeautifulSoup(_read_text(path), "html.parser")
    for element in soup(["script", "style", "nav", "header", "footer"]):
        element.decompose()
    return str(soup.get_text("\n", strip=True))


def _read_pdf(path: Path) -> str:
    pypdf = require("pypdf", EXTRA)
    try:
        return "\n\n".join(page.extract_text() or "" for page in pypdf.PdfReader(path).pages)
    except pypdf.errors.PyPdfError as error:
        raise InputError(f"{path}: not a readable PDF ({error}); save it again") from error


READERS: dict[str, Callable[[Path], str]] = {
    ".md": _read_text,
    ".txt": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
}
