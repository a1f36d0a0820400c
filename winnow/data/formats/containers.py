"""Containers: folders and zip archives → the files in them, each a source of its own; nothing is left out unsaid.

files_in("faqs")               # ["faqs/2024/cards.csv", "faqs/loans.jsonl"]; that notes.docx was left out is said
files_in("faqs.zip")           # ["faqs.zip/cards.csv"]; `stored("faqs.zip/cards.csv")` opens it
"""

from __future__ import annotations

import fnmatch
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import yaml

from winnow.data.formats.stored import Stored
from winnow.errors import InputError

LOG = logging.getLogger(__name__)

MAX_UNPACKED_BYTES = 16 << 30  # of one member; more is taken for an archive made to fill the disk
MAX_UNPACKED_TIMES = 1_100  # deflate can't pack text tighter than 1,032 times, but an archive can lie about sizes
NOISE = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")  # what systems add to folders and archives
CARD = "README.md"  # of a dataset of the hub; its front matter may name the files of rows
SAVED = ("dataset_info.json", "state.json", "dataset_dict.json")  # of what `datasets` saved


def is_zip(path: Path) -> bool:
    """Tell an archive by its name."""
    return path.suffix.lower() == ".zip"


def is_saved_dataset(folder: Path) -> bool:
    """Tell a folder that `datasets` saved by its own files."""
    return folder.is_dir() and any((folder / name).is_file() for name in SAVED[1:])


def on_disk(source: str) -> Path | None:
    """Find the file or folder of the disk that a source stands for: `a.zip` for `a.zip/faq.csv`; None without one."""
    path = Path(split_part(source)[0])
    return path if path.exists() else next((archive for archive in path.parents if archive.is_file()), None)


def split_part(source: str) -> tuple[str, str | None]:
    """Split `FILE#PART`, where there is such a file; one whose own name has a # is whole."""
    path, _, part = source.rpartition("#")
    is_there = bool(path and part) and not Path(source).exists() and on_disk(path) is not None
    return (path, part) if is_there else (source, None)


def stored(source: str) -> Stored:
    """Open a file of the disk, or a member of an archive; raises InputError where there is none."""
    path = Path(source)
    if path.is_file():
        return Stored.on_disk(path)
    archive = on_disk(source)
    if archive is None or not is_zip(archive):
        raise InputError(f"{source}: no such file; check the path (a hub dataset is written hub:NAME)")
    member = PurePosixPath(path.relative_to(archive)).as_posix()
    found = {_inner_name(info): info for info in _members(archive)}
    if member not in found:
        raise InputError(f"{source}: {archive} has no such member; it has {', '.join(found) or 'none'}")
    info = found[member]
    if info.file_size > MAX_UNPACKED_BYTES or info.file_size > MAX_UNPACKED_TIMES * max(info.compress_size, 1):
        raise InputError(f"{source}: unpacks to {info.file_size:,} bytes; unpack it yourself if that is right")
    return Stored(source, partial(_open_member, archive, info), is_in_archive=True)


def _open_member(archive: Path, info: ZipInfo) -> IO[bytes]:
    return ZipFile(archive).open(info)


def _members(archive: Path) -> list[ZipInfo]:
    try:
        with ZipFile(archive) as opened:
            return [info for info in opened.infolist() if not info.is_dir()]
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{archive}: not a zip archive ({error}); pack it again") from error


def _inner_name(info: ZipInfo) -> str:
    """Give a member's name as a relative path: some programs write `/faq.csv`, `./faq.csv` or `faq\\loans.csv`."""
    return PurePosixPath(info.filename.replace("\\", "/").lstrip("/")).as_posix()


def files_in(source: str, is_readable: Callable[[str], bool]) -> list[str]:
    """List the files of rows in a folder or an archive, in the order of their names; a file is itself.

    What isn't read is named on stderr; raises InputError where nothing is.
    """
    path, part = split_part(source)
    container = Path(path)
    is_folder = container.is_dir() and not is_saved_dataset(container)
    if not is_folder and not (container.is_file() and is_zip(container)):
        return [source]
    if part is not None:
        raise InputError(f"{source}: a part of several files; name the file, as in {container}/FILE#{part}")
    names = sorted(_walked(container) if is_folder else map(_inner_name, _members(container)))
    _refuse_doubled(container, names)
    is_named = _named_by_card(container) if is_folder else None
    readable = [name for name in names if not _is_noise(name) and (is_readable(name) or _is_saved(container, name))]
    chosen = [name for name in readable if is_named is None or is_named(name)]
    if not chosen:
        raise InputError(f"{container}: no file in it holds rows; it has {', '.join(names) or 'nothing'}")
    _say_left_out(container, [name for name in names if name not in readable], "they hold no rows of a known format")
    _say_left_out(container, [name for name in readable if name not in chosen], f"{CARD} names others as the data")
    return [file for name in chosen for file in files_in(f"{container}/{name}", is_readable)]


def _is_saved(container: Path, name: str) -> bool:
    return container.is_dir() and is_saved_dataset(container / name)


def _refuse_doubled(container: Path, names: list[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if doubled:
        raise InputError(f"{container}: holds two members named {', '.join(doubled)}; unpack it and rename one")


def _walked(folder: Path) -> list[str]:
    """List the files below a folder; what `datasets` saved in it, and archives, count as one."""
    found: list[str] = []
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder}: can't list its files: {error.strerror}; check its permissions") from error
    for path in paths:
        if path.is_dir() and not path.is_symlink() and not is_saved_dataset(path):  # a link may lead back up
            found += [f"{path.name}/{name}" for name in _walked(path)]
        else:
            found.append(path.name)
    return found


def _is_noise(name: str) -> bool:
    return any(part in NOISE or part.startswith(".") for part in PurePosixPath(name).parts)


def _say_left_out(container: Path, names: list[str], why: str) -> None:
    """Name what isn't read; hidden files and what systems add are counted alone."""
    shown = [name for name in names if not _is_noise(name)]
    hidden = len(names) - len(shown)
    parts = [", ".join(shown)] * bool(shown) + [f"{hidden} hidden files of the system"] * bool(hidden)
    if parts:
        LOG.warning("%s: left out %s: %s", container, " and ".join(parts), why)


def _named_by_card(folder: Path) -> Callable[[str], bool] | None:
    """Give the test for the files that the card of a hub's dataset names as its data; None where it names none."""
    card = folder / CARD
    if not card.is_file():
        return None
    text = card.read_text(encoding="utf-8", errors="replace")
    if not text.startswith("---\n"):
        return None
    try:
        front: Any = yaml.safe_load(text[4:].partition("\n---")[0])
    except yaml.YAMLError:
        return None
    patterns = [pattern.removeprefix("./") for config in _configs(front) for pattern in _patterns(config["data_files"])]
    return (lambda name: any(fnmatch.fnmatch(name, pattern) for pattern in patterns)) if patterns else None


def _configs(front: Any) -> list[Mapping[str, Any]]:
    found = front.get("configs") if isinstance(front, dict) else None
    return [one for one in found if isinstance(one, dict) and "data_files" in one] if isinstance(found, list) else []


def _patterns(named: Any) -> list[str]:
    """List the patterns of `data_files`: a pattern, a list of them, or of splits with their `path`."""
    if isinstance(named, str):
        return [named]
    if isinstance(named, dict):
        return _patterns(named.get("path", list(named.values())))
    return [pattern for one in named for pattern in _patterns(one)] if isinstance(named, list) else []
