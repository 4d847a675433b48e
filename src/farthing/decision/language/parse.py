"""From the text of a rule to its typed tree. sqlglot reads the SQL; whatever is not listed here is refused with its place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser as SqlParser
from sqlglot.tokens import Tokenizer as SqlTokenizer

from farthing.decision.language import types
from farthing.decision.language.tree import BOOL, DATE, Fact, Kind, Literal, Tree
from farthing.domain.errors import Invalid
from farthing.domain.facts import FactSpec, FactType

MAX_TEXT = 2000
_NUMBER = re.compile(r"^(\d{1,18})(?:\.(\d{1,12}))?$")
_COMPARISONS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.EQ: "=", exp.NEQ: "<>"}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


class PolicyLanguage(Dialect):
    """SQL whose only functions are LEAST, GREATEST, COALESCE and our own div(a, b, scale)."""

    class Tokenizer(SqlTokenizer):  # noqa: D106 - the name sqlglot looks for
        KEYWORDS: ClassVar[dict[str, Any]] = {word: token for word, token in SqlTokenizer.KEYWORDS.items() if word != "DIV"}

    class Parser(SqlParser):  # noqa: D106 - the name sqlglot looks for
        FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {name: SqlParser.FUNCTIONS[name] for name in ("LEAST", "GREATEST", "COALESCE")}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {}


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: facts by their specs, and the policy's own numbers."""

    facts: Mapping[str, FactSpec]
    numbers: Mapping[str, Literal]


def parse(text: str, names: Names, rule: str) -> Tree:
    """The typed tree of `text`; `Invalid` names the rule, the column and the remedy."""
    if not text.strip() or len(text) > MAX_TEXT:
        raise Invalid("bad_expression", f"{rule}: an expression has 1 to {MAX_TEXT} characters.", "Write it shorter.", field=rule)
    try:
        parsed = [tree for tree in sqlglot.parse(text, dialect=PolicyLanguage) if tree is not None]
    except SqlglotError as error:
        first = (getattr(error, "errors", None) or [{}])[0]
        where = f"column {first.get('col', '?')}: " if first else ""
        raise Invalid(
            "bad_expression", f"{rule}: {where}{first.get('description') or error}", "Mend the expression.", field=rule
        ) from error
    except RecursionError:
        raise Invalid("bad_expression", f"{rule}: nested too deeply.", "Split the rule.", field=rule) from None
    if len(parsed) != 1:
        raise Invalid("bad_expression", f"{rule}: there must be exactly one expression.", "Remove the ';'.", field=rule)
    return _Reader(names, rule).read(parsed[0])


def parse_condition(text: str, names: Names, rule: str) -> Tree:
    """An expression that is true, false or unknown."""
    tree = parse(text, names, rule)
    if tree.kind.type is not FactType.BOOL:
        raise Invalid(
            "not_a_condition", f"{rule}: it yields a {tree.kind.type.value}, not a condition.", "Compare it with something.", field=rule
        )
    return tree


def parse_number(text: str, names: Names, rule: str, *, scale: int, money: bool) -> Tree:
    """A number brought exactly to `scale`; money must be money, and a rate must not."""
    tree = parse(text, names, rule)
    if not tree.kind.numeric:
        raise Invalid("not_a_number", f"{rule}: it yields a {tree.kind.type.value}, not a number.", "Write a number.", field=rule)
    if tree.kind.unit is not None and (tree.kind.unit == types.MONEY) is not money:
        wanted = "an amount in fen" if money else "a rate"
        raise Invalid(
            "wrong_units", f"{rule}: it yields {tree.kind.unit or 'a plain number'}, not {wanted}.", "Check the units.", field=rule
        )
    try:
        return types.rescaled(tree, scale)
    except Invalid as error:
        raise Invalid(error.code, f"{rule}: {error.message}", error.remedy, field=rule) from None


def number(text: str, unit: str | None = None, name: str = "") -> Literal:
    """The exact literal of a decimal string; `Invalid` on an exponent or more than 12 decimals."""
    match = _NUMBER.match(text)
    if match is None:
        raise Invalid("bad_number", f"{text!r} is not an exact decimal.", "Write digits with at most 12 decimals, no exponent.")
    decimals = match[2] or ""
    value = int(match[1] + decimals)
    types.fits(value, value, "A literal")
    kind = FactType.NUMBER if decimals else FactType.INT
    return Literal(value, Kind(kind, len(decimals), value, value, unit), name)


class _Reader:
    """Walks sqlglot's tree once; every refusal says where."""

    def __init__(self, names: Names, rule: str) -> None:
        self.names = names
        self.rule = rule

    def read(self, node: exp.Expr) -> Tree:
        try:
            return self._read(node)
        except Invalid as error:
            if error.field is not None:
                raise
            raise self._at(node, error.code, error.message, error.remedy) from None
        except RecursionError:
            raise self._at(node, "bad_expression", "nested too deeply.", "Split the rule.") from None

    def _at(self, node: exp.Expr, code: str, message: str, remedy: str = "") -> Invalid:
        column = next((found.meta["start"] + 1 for found in node.find_all(exp.Identifier) if "start" in found.meta), None)
        place = f"{self.rule}, column {column}" if column else f"{self.rule}, at `{node.sql()[:60]}`"
        return Invalid(code, f"{place}: {message}", remedy, field=self.rule)

    def _read(self, node: exp.Expr) -> Tree:
        if type(node) in _COMPARISONS:
            return types.compare(_COMPARISONS[type(node)], *self._sides(node))
        if type(node) in _ARITHMETIC:
            return types.arithmetic(_ARITHMETIC[type(node)], *self._sides(node))
        reader = _READERS.get(type(node))
        if reader is None:
            raise self._at(node, "not_in_language", f"`{node.sql()[:60]}` is not in the policy language.", _remedy(node))
        return reader(self, node)

    def _sides(self, node: exp.Expr) -> tuple[Tree, Tree]:
        left, right = node.args["this"], node.args["expression"]
        return self._beside(left, right), self._beside(right, left)

    def _beside(self, node: exp.Expr, other: exp.Expr) -> Tree:
        """`node`, where a string takes its meaning (enum word) from what stands on the other side."""
        if isinstance(node, exp.Literal) and node.is_string:
            kind = self.read(other).kind if not (isinstance(other, exp.Literal) and other.is_string) else None
            if kind is None or kind.type is not FactType.ENUM:
                raise self._at(
                    node,
                    "mixed_types",
                    f"'{node.this}' is a word; only an enum may be compared with words.",
                    "Dates are DATE 'YYYY-MM-DD'.",
                )
            if node.this not in kind.values:
                raise self._at(other, "unknown_value", f"'{node.this}' is never a value here.", f"It is one of {', '.join(kind.values)}.")
            return Literal(node.this, Kind(FactType.ENUM, values=(node.this,)))
        return self.read(node)

    def column(self, node: exp.Expr) -> Tree:
        name = node.name
        if node.args.get("table") is not None or node.this.quoted:
            raise self._at(node, "not_in_language", "facts are named plainly.", "Remove the dot or the quotes.")
        if name in self.names.numbers:
            return self.names.numbers[name]
        if name not in self.names.facts:
            raise self._at(node, "unknown_fact", f"there is no fact {name}.", _near(name, [*self.names.facts, *self.names.numbers]))
        return Fact(name, types.kind_of(self.names.facts[name]))

    def literal(self, node: exp.Expr) -> Tree:
        if node.args.get("is_string"):
            raise self._at(node, "mixed_types", f"the word '{node.name}' stands alone.", "Compare an enum with it.")
        return number(node.name)

    def date(self, node: exp.Expr) -> Tree:
        text, target = node.this, node.args["to"]
        if not (isinstance(text, exp.Literal) and text.is_string and target.is_type("date")):
            raise self._at(node, "not_in_language", "there are no casts.", "Dates are DATE 'YYYY-MM-DD'.")
        try:
            return Literal(dt.date.fromisoformat(text.name), DATE)
        except ValueError:
            raise self._at(node, "bad_date", f"'{text.name}' is not a date.", "Dates are DATE 'YYYY-MM-DD'.") from None

    def boolean(self, node: exp.Expr) -> Tree:
        return Literal(bool(node.this), BOOL)

    def paren(self, node: exp.Expr) -> Tree:
        return self.read(node.this)

    def conjunction(self, node: exp.Expr) -> Tree:
        return types.junction(isinstance(node, exp.And), [self.read(item) for item in node.flatten()])

    def negation(self, node: exp.Expr) -> Tree:
        return types.negation(self.read(node.this))

    def is_null(self, node: exp.Expr) -> Tree:
        if not isinstance(node.args["expression"], exp.Null):
            raise self._at(node, "not_in_language", "IS goes with NULL only.", "Write the condition itself, or NOT.")
        return types.is_null(self.read(node.this))

    def membership(self, node: exp.Expr) -> Tree:
        if set(node.args) - {"this", "expressions"} and any(node.args.get(key) for key in ("query", "unnest", "field", "is_global")):
            raise self._at(node, "not_in_language", "IN takes a list of values.", "Write x IN (1, 2).")
        subject = self.read(node.this)
        equal = [types.compare("=", subject, self._beside(item, node.this)) for item in node.expressions]
        return types.junction(False, equal)  # an empty list: nothing is in it, known or not

    def between(self, node: exp.Expr) -> Tree:
        if node.args.get("symmetric"):
            raise self._at(node, "not_in_language", "BETWEEN SYMMETRIC is not in the policy language.", "Put the smaller bound first.")
        subject = self.read(node.this)
        low, high = self._beside(node.args["low"], node.this), self._beside(node.args["high"], node.this)
        return types.junction(True, [types.compare(">=", subject, low), types.compare("<=", subject, high)])

    def case(self, node: exp.Expr) -> Tree:
        if node.args.get("this") is not None:
            raise self._at(node, "not_in_language", "CASE goes with conditions.", "Write CASE WHEN x = 1 THEN ... END.")
        whens = [(self.read(when.this), self.read(when.args["true"])) for when in node.args["ifs"]]
        default = node.args.get("default")
        return types.case(whens, None if default is None or isinstance(default, exp.Null) else self.read(default))

    def coalesce(self, node: exp.Expr) -> Tree:
        return types.coalesce([self.read(item) for item in (node.this, *node.expressions)])

    def extreme(self, node: exp.Expr) -> Tree:
        return types.extreme(isinstance(node, exp.Least), [self.read(item) for item in (node.this, *node.expressions)])

    def minus(self, node: exp.Expr) -> Tree:
        return types.negative(self.read(node.this))

    def function(self, node: exp.Expr) -> Tree:
        if node.name.lower() != "div":
            raise self._at(node, "not_in_language", f"there is no function {node.name}.", "There are div, least, greatest and coalesce.")
        if len(node.expressions) != 3 or not isinstance(node.expressions[2], exp.Literal) or not node.expressions[2].name.isdigit():
            raise self._at(node, "bad_div", "div takes (a, b, scale) with a literal scale.", "Write div(pd_12m * lgd, 365, 8).")
        return types.divide(self.read(node.expressions[0]), self.read(node.expressions[1]), int(node.expressions[2].name))


def _remedy(node: exp.Expr) -> str:
    if isinstance(node, exp.Div | exp.Mod):
        return "Write div(a, b, scale): it rounds half to even."
    return "Use comparisons, AND/OR/NOT, IS NULL, IN, BETWEEN, CASE, COALESCE, + - *, least, greatest and div."


def _near(name: str, known: list[str]) -> str:
    stem = name.partition("_")[0]
    similar = sorted(item for item in known if item.startswith(stem))[:4]
    return f"Did you mean {', '.join(similar)}?" if similar else "See `farthing policy facts` for the list."


_READERS: dict[type[exp.Expr], Callable[[_Reader, Any], Tree]] = {
    exp.Column: _Reader.column,
    exp.Literal: _Reader.literal,
    exp.Cast: _Reader.date,
    exp.Boolean: _Reader.boolean,
    exp.Paren: _Reader.paren,
    exp.And: _Reader.conjunction,
    exp.Or: _Reader.conjunction,
    exp.Not: _Reader.negation,
    exp.Is: _Reader.is_null,
    exp.In: _Reader.membership,
    exp.Between: _Reader.between,
    exp.Case: _Reader.case,
    exp.Coalesce: _Reader.coalesce,
    exp.Least: _Reader.extreme,
    exp.Greatest: _Reader.extreme,
    exp.Neg: _Reader.minus,
    exp.Anonymous: _Reader.function,
}
