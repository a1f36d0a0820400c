"""The docs site: built strictly, every setting and verb in it, and nothing in it is loaded from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from studio.terminal.main import app
from winnow.config import Config

pytest.importorskip("material", reason="the extra docs isn't installed")
ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
# A page is two screens at most. What gathers figures, and what is read beside the code, is looked things up in.
GATHERED = {"benchmarks.md", "results.md", "architecture.md"}
WORDS = 1_050
LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
}
LOADING = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
ELSEWHERE = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)
IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""")


def build(folder: Path, config: Path = ROOT / "mkdocs.yml") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


class Loads(HTMLParser):
    """What a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag in LOADED:
            self.found.append(given.get(LOADED[tag], ""))
        if tag == "link" and LOADING & set(given.get("rel", "").split()):
            self.found.append(given.get("href", ""))
        self.found += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        self.found += IN_CSS.findall(given.get("style", ""))


def loads(html: str) -> list[str]:
    parser = Loads()
    parser.feed(html)
    return [
        *parser.found,
        *(url for style in re.findall(r"<style.*?</style>", html, re.DOTALL) for url in IN_CSS.findall(style)),
    ]


def test_nothing_is_loaded_from_elsewhere(site):
    pages, styles = list(site.rglob("*.html")), list(site.rglob("*.css"))
    assert len(pages) > 80
    fetched = {
        page.name: [url for url in loads(page.read_text(encoding="utf-8")) if ELSEWHERE.match(url)] for page in pages
    }
    assert {name: urls for name, urls in fetched.items() if urls} == {}
    assert {style.name for style in styles if IN_CSS.search(style.read_text(encoding="utf-8"))} == set()


@pytest.mark.parametrize(
    "html",
    ['<script src="https://unpkg.com/x.js">', '<link rel="preconnect" href="https://fonts.gstatic.com">',
     '<img src="//example.org/a.png">', "<style>@font-face{src:url(https://example.org/a.woff)}</style>"],
)  # fmt: skip
def test_what_is_loaded_from_elsewhere_is_seen(html):
    assert any(ELSEWHERE.match(url) for url in loads(html))


def test_a_link_is_no_load():
    assert loads('<a href="https://github.com/MinishLab/semhash">SemHash</a>') == []


def settings(model: type[BaseModel], under: str = "") -> list[str]:
    """Name every setting with its path, sections within sections included."""
    found: list[str] = []
    for name, info in model.model_fields.items():
        path = f"{under}.{name}" if under else name
        inner = [one for one in (info.annotation, *getattr(info.annotation, "__args__", ())) if isinstance(one, type)]
        section = next((one for one in inner if issubclass(one, BaseModel)), None)
        found += settings(section, path) if section else [path]
    return found


def test_every_setting_is_in_the_reference_with_its_effect(site):
    text = "\n".join(page.read_text(encoding="utf-8") for page in (site / "reference" / "settings").glob("*.html"))
    for path in settings(Config):
        rule = re.fullmatch(r"(quality\.\w+)\.(?:flag|remove)", path)  # a row a signal: both limits are its columns
        assert f"<code>{path}</code>" in text or (rule and f"<code>{rule[1]}</code>" in text), path
    for section in (info.annotation for info in Config.model_fields.values()):
        for info in getattr(section, "model_fields", {}).values():
            first = re.split(r"[^\w ]", info.description or "")[0].strip()
            assert first.lower() in text.lower(), info.description


def test_every_verb_and_option_is_in_the_reference(site):
    for name, command in typer.main.get_command(app).commands.items():
        for word, one in (getattr(command, "commands", None) or {"": command}).items():
            page = site / "reference" / "verbs" / f"{name}{'-' if word else ''}{word}.html"
            text = page.read_text(encoding="utf-8")
            assert all(flag in text for param in one.params for flag in param.opts if flag.startswith("--")), page


def test_the_python_page_says_what_the_objects_give(site):
    text = (site / "reference" / "api.html").read_text(encoding="utf-8")
    for name in ("winnow.curate", "winnow.score", "winnow.compare", "winnow.review_table", "rethreshold", "InputError"):
        assert name in text, name


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_is_two_screens_at_most(page):
    if page.name not in GATHERED:
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        assert len(text.split()) <= WORDS


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_opens_and_searches_from_its_folder_and_asks_nobody(site, chromium, scheme):
    asked: list[str] = []
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "reference" / "api.html").as_uri())
    assert page.locator("body").get_attribute("data-md-color-scheme") == {"light": "default", "dark": "slate"}[scheme]
    page.keyboard.press("f")
    page.locator(".md-search__input").press_sequentially("rethreshold")
    page.locator(".md-search-result__link[href*='verbs/rethreshold']").first.wait_for()
    context.close()
    assert {url for url in asked if not url.startswith(("file:", "data:", "blob:"))} == set()


def test_a_broken_link_fails_the_build(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A\n\n[nowhere](absent.md)\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: a\n")
    done = build(tmp_path / "site", tmp_path / "mkdocs.yml")
    assert done.returncode != 0
    assert "absent.md" in done.stderr + done.stdout
