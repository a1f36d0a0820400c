"""Argilla's text query language, compiled to conditions over an SQLite full-text table.

Words are all required. `|` or OR takes either side, `-` or NOT excludes, "…" is a phrase, `*` ends a prefix,
brackets group, `\\` escapes. AND binds tighter than OR. Nothing a person types is an error but its length:

    condition = compile_query(parse('"savings account" (isa | lisa) -cash fee*'))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from .words import spaced

MAX_TERMS = 100  # SQLite refuses deeper expressions at about ten times this
MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""
    "(?P<phrase>(?:\\.|[^"\\])*)(?:"|\\?\Z)(?P<star>\*)?(?:~\d*)?
  | (?P<word>(?![+-]\S)(?:\\.|[^\s"()|\\])+|\\)
  | (?P<symbol>[()|+-])
    """,
    re.VERBOSE | re.DOTALL,
)


class QueryTooLong(ValueError):
    """A query has more terms than the index answers."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase; `prefix` lets its last word go on."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that `node` doesn't match."""

    node: Node


@dataclass(frozen=True, slots=True)
class Group:
    """All (AND) or any (OR) of the nodes."""

    operator: str
    nodes: tuple[Node, ...]


Node: TypeAlias = Term | Not | Group


def parse(query: str) -> Node | None:
    """Read a query into a tree; None where it holds no word at all.

    Raises QueryTooLong above MAX_TERMS terms.
    """
    tokens = list(_tokens(query))
    if sum(isinstance(token, Term) for token in tokens) > MAX_TERMS:
        raise QueryTooLong(f"the text query has more than {MAX_TERMS} terms; shorten it")
    return _Parser(tokens).either(depth=0)


def _tokens(query: str) -> list[Term | str]:
    """Split into terms and the operators `(`, `)`, `|`, `+`, `-`."""
    tokens: list[Term | str] = []
    for match in _TOKEN.finditer(query):
        if match["symbol"]:
            tokens.append(match["symbol"])
        elif match["word"]:
            tokens.append({"AND": "+", "OR": "|", "NOT": "-"}.get(match["word"]) or _word(match["word"]))
        else:
            tokens.append(Term(_plain(match["phrase"]), bool(match["star"])))
    return [token for token in tokens if isinstance(token, str) or re.search(r"\w", token.text)]


def _word(text: str) -> Term:
    text = re.sub(r"(?<!\\)~\d*$", "", text)  # edit distance isn't offered: the exact word is searched
    prefix = text.endswith("*") and not text.endswith("\\*")
    return Term(_plain(text.rstrip("*") if prefix else text), prefix)


def _plain(text: str) -> str:
    return re.sub(r"\\(.?)", r"\1", text, flags=re.DOTALL)


class _Parser:
    """Recursive descent over the tokens; stray operators and brackets are passed over."""

    def __init__(self, tokens: list[Term | str]) -> None:
        self.tokens = tokens
        self.position = 0

    def _peek(self) -> Term | str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def either(self, depth: int) -> Node | None:
        nodes = [self.both(depth)]
        while self._peek() == "|":
            self.position += 1
            nodes.append(self.both(depth))
        return _group("OR", nodes)

    def both(self, depth: int) -> Node | None:
        nodes: list[Node | None] = []
        while (token := self._peek()) not in (None, "|") and (token != ")" or depth == 0):
            nodes.append(self.one(depth))
        return _group("AND", nodes)

    def one(self, depth: int) -> Node | None:
        token = self._peek()
        self.position += 1
        if isinstance(token, Term):
            return token
        if token == "-" and self._peek() not in (None, "|", ")") and depth < MAX_DEPTH:
            node = self.one(depth + 1)
            return Not(node) if node else None
        if token == "(" and depth < MAX_DEPTH:
            node = self.either(depth + 1)
            self.position += self._peek() == ")"
            return node
        return None


def _group(operator: str, nodes: list[Node | None]) -> Node | None:
    present = tuple(node for node in nodes if node is not None)
    if len(present) > 1:
        return Group(operator, present)
    return present[0] if present else None


def match_expression(term: Term, columns: tuple[str, ...] = ()) -> str:
    """Write one term for SQLite's MATCH, in the named columns or (none given) in all."""
    words = spaced(term.text).strip().replace('"', '""')
    scope = "{" + " ".join(f'"{column}"' for column in columns) + "} : " if columns else ""
    return f'{scope}"{words}"' + (" *" if term.prefix else "")


def compile_query(node: Node | None, columns: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """Turn a tree into an SQL condition over `record.n` and its values; no tree matches nothing."""
    if node is None:
        return "0", []
    if isinstance(node, Term):
        return "record.n IN (SELECT rowid FROM words WHERE words MATCH ?)", [match_expression(node, columns)]
    if isinstance(node, Not):
        sql, values = compile_query(node.node, columns)
        return f"NOT ({sql})", values
    parts = [compile_query(part, columns) for part in node.nodes]
    sql = "(" + f" {node.operator} ".join(sql for sql, _ in parts) + ")"
    return sql, [value for _, values in parts for value in values]


def wanted_terms(node: Node | None) -> list[Term]:
    """List the terms a match may contain, from which its score is computed."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, Group):
        return [term for part in node.nodes for term in wanted_terms(part)]
    return []
