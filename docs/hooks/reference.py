"""The site's pages that nobody writes by hand: settings and verbs from the code, and what stands at the root.

mkdocs build --strict    # mkdocs.yml names this file as a hook
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files
from settings import sections, settings_index, settings_page
from verbs import slug, verb_page, verbs, verbs_index

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
SETTINGS, VERBS = "reference/settings", "reference/verbs"
BORROWED = {"CONTRIBUTING.md": "project/contributing.md", "CHANGELOG.md": "project/changelog.md"}  # of the root


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the generated pages into the navigation, where it names their folders."""
    found = {
        SETTINGS: [f"{SETTINGS}/index.md", *({name: f"{SETTINGS}/{name}.md"} for name in sections())],
        VERBS: [f"{VERBS}/index.md", *({name: f"{VERBS}/{slug(name)}.md"} for name in verbs())],
    }
    config.nav = [_filled(entry, found) for entry in config.nav or []]
    return config


def _filled(entry: Any, found: Mapping[str, list[Any]]) -> Any:
    if isinstance(entry, dict):
        return {title: _filled(inside, found) for title, inside in entry.items()}
    if isinstance(entry, list):
        return [_filled(one, found) for one in entry]
    return found.get(entry, entry) if isinstance(entry, str) else entry


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and those of the repository's root; what no section names goes into the last one."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    for source, path in BORROWED.items():
        files.append(File.generated(config, path, content=(ROOT / source).read_text(encoding="utf-8")))
    named = set(_paths(config.nav))
    last = next(iter(config.nav[-1].values()))
    last += [page.src_uri for page in files.documentation_pages() if page.src_uri not in named]
    return files


def _paths(entry: Any) -> Iterator[str]:
    """List the pages that a navigation names."""
    if isinstance(entry, str):
        yield entry
    for inside in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from _paths(inside)


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Point links between a page and the root of the repository to where these pages are on the site."""
    here = page.file.src_uri
    if here in BORROWED.values():
        return re.sub(r"\]\(docs/", "](../", markdown)
    up = "../" * here.count("/")
    for source, path in BORROWED.items():
        markdown = re.sub(rf"\]\((?:\.\./)+{re.escape(source)}", f"]({up}{path}", markdown)
    return markdown


def pages() -> dict[str, str]:
    """Write every generated page: its path on the site and its Markdown."""
    written = {f"{SETTINGS}/index.md": settings_index(), f"{VERBS}/index.md": verbs_index()}
    written |= {f"{SETTINGS}/{name}.md": settings_page(name, model) for name, model in sections().items()}
    return written | {f"{VERBS}/{slug(name)}.md": verb_page(name, command) for name, command in verbs().items()}
