"""Lexicons: what a language's closed classes and turns of phrase are, read from one YAML file a language.

lexicon = read_lexicon(Path("winnow/text/lexicons/de.yaml"))
lexicon.language, lexicon.classes["months"]         # "de", ("januar", "februar", …)
lexicon.phrases["refusal"][0]                       # Template("{cannot} {i} …", "Das kann ich …", line=120)

The file, of which `docs/languages.md` tells more:

    language: de
    classes:
      months: januar februar märz …                 # words with blanks between them; {name} puts a class in another
    phrases:
      out_of_date:
        - ["stand {months}? #year", "Stand: März 2019"]        # a template and what it must find
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from winnow.errors import InputError
from winnow.text.phrases import SLOT, TemplateError, compile_phrase
from winnow.text.words import straight

LEXICONS = Path(__file__).parent / "lexicons"
CODE = re.compile(r"[a-z]{2,3}")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, ten times as fast, where yaml was built with it
KEYS = {"language", "spaced", "elided", "capital_nouns", "classes", "phrases"}


@dataclass(frozen=True, slots=True)
class Template:
    """A template of a phrase, an example that it finds, and its line in the file."""

    text: str
    example: str
    line: int


@dataclass(frozen=True)
class Lexicon:
    """Closed classes of words and templates of phrases of one language; two with the same `digest` are the same.

    `is_spaced` says that the language puts spaces between words, `is_elided` that an apostrophe or a hyphen joins two
    words ("l'automne", "dit-il"), `has_capital_nouns` that its nouns have capitals.
    """

    digest: str
    language: str = field(compare=False)
    is_spaced: bool = field(compare=False)
    is_elided: bool = field(compare=False)
    has_capital_nouns: bool = field(compare=False)
    classes: Mapping[str, tuple[str, ...]] = field(compare=False)
    phrases: Mapping[str, tuple[Template, ...]] = field(compare=False)


def read_lexicon(path: Path, is_checked: bool = False) -> Lexicon:
    """Read a lexicon; raises InputError with file and line where something in it can't be read.

    Where it was checked before, no template is held against its example, which takes seconds.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, LOADER)
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror}); name a lexicon that exists") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: isn't UTF-8; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}:{line}: isn't YAML: {error.problem}") from error
    return _Reading(path, is_checked).lexicon(text, root)


def given_lexicons(paths: Iterable[str]) -> tuple[Lexicon, ...]:
    """Read the lexicons that the settings name."""
    return tuple(read_lexicon(Path(path)) for path in paths)


@lru_cache(64)
def packaged_lexicon(language: str) -> Lexicon | None:
    """Read the lexicon of a language that comes with Winnow, if there is one."""
    path = LEXICONS / f"{language}.yaml"
    return read_lexicon(path, is_checked=True) if CODE.fullmatch(language) and path.exists() else None


@dataclass(frozen=True)
class _Reading:
    """The nodes of one file, with its name for what is wrong in it."""

    path: Path
    is_checked: bool

    def lexicon(self, text: str, root: yaml.Node | None) -> Lexicon:
        nodes = self._mapping(root, "the file")
        for key, node in nodes.items():
            if key not in KEYS:
                raise self._error(node, f'"{key}" is no part of a lexicon; those are {", ".join(sorted(KEYS))}')
        language = self._string(nodes["language"]) if "language" in nodes else ""
        if not CODE.fullmatch(language):
            raise self._error(nodes.get("language", root), f'language is "{language}"; give its code, as "de"')
        is_spaced = self._flag(nodes.get("spaced"), True)
        classes = self._classes(self._mapping(nodes.get("classes"), "classes"))
        kinds = self._mapping(nodes.get("phrases"), "phrases")
        phrases = {kind: self._templates(node, classes, is_spaced) for kind, node in kinds.items()}
        digest = hashlib.sha256(text.encode()).hexdigest()
        is_elided, has_capitals = (self._flag(nodes.get(name), False) for name in ("elided", "capital_nouns"))
        return Lexicon(digest, language, is_spaced, is_elided, has_capitals, classes, phrases)

    def _classes(self, nodes: Mapping[str, yaml.Node]) -> dict[str, tuple[str, ...]]:
        """Split the words of each class; `{name}` stands for the words of a class above it."""
        found: dict[str, tuple[str, ...]] = {}
        for name, node in nodes.items():
            words: list[str] = []
            for word in straight(self._string(node)).split():
                if not (named := SLOT.fullmatch(word)):
                    words.append(word.replace("_", " "))
                elif named[1] in found:
                    words += found[named[1]]
                else:
                    raise self._error(node, f"{word} in {name}: no class of that name stands above it")
            found[name] = tuple(dict.fromkeys(words))
        return found

    def _templates(
        self, node: yaml.Node, classes: Mapping[str, tuple[str, ...]], is_spaced: bool
    ) -> tuple[Template, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, "phrases are a list of [template, example]")
        return tuple(self._template(row, classes, is_spaced) for row in node.value)

    def _template(self, node: yaml.Node, classes: Mapping[str, tuple[str, ...]], is_spaced: bool) -> Template:
        """Read a template with its example, which it must find."""
        if not isinstance(node, yaml.SequenceNode) or len(node.value) != 2:
            raise self._error(node, 'a phrase is ["template", "an example of it"]')
        template, example = map(self._string, node.value)
        try:
            phrase = compile_phrase(template, classes, is_spaced)
        except TemplateError as error:
            raise self._error(node, str(error)) from error
        if not (self.is_checked or phrase.pattern.search(straight(example))):
            raise self._error(node, f'"{template}" doesn\'t find its example "{example}"')
        return Template(template, example, node.start_mark.line + 1)

    def _mapping(self, node: yaml.Node | None, name: str) -> dict[str, yaml.Node]:
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, f"{name} must be a mapping of names")
        return {self._string(key): value for key, value in node.value}

    def _string(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, "a text is expected here")
        return str(node.value)

    def _flag(self, node: yaml.Node | None, usual: bool) -> bool:
        said = self._string(node) if node is not None else str(usual).lower()
        if said not in ("true", "false"):
            raise self._error(node, f'"{said}" is neither true nor false')
        return said == "true"

    def _error(self, node: yaml.Node | None, problem: str) -> InputError:
        line = node.start_mark.line + 1 if node is not None else 1
        return InputError(f"{self.path}:{line}: {problem}")
