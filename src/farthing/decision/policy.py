"""From the text of a policy document to a `Policy`: every scalar is read as text, so no float ever enters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import yaml

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.money import parse_yuan
from farthing.domain.policy import AccessRule, LimitCap, Outcome, Policy, PolicyNumber, PricePart
from farthing.domain.staff import Accountable

T = TypeVar("T")
MOST_VERSION, MOST_FEN, MOST_UNITS = 2**31 - 1, 10**14, 10**12
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_NOTHING = {"", "null", "~"}
"""How YAML writes nothing at all."""
_TOP = {"product", "version", "effective_from", "owner", "approver", "round_down_to_yuan", "numbers", "access", "limit", "price"}


def read_policy(text: str, accountable: Accountable | None = None) -> Policy:
    """The policy of a YAML document; `accountable` replaces the people it names. `Invalid` points at what is missing or wrong."""
    try:
        told = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds text, lists and maps only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise Invalid("bad_yaml", f"{where}{getattr(error, 'problem', None) or 'not YAML'}", "Mend the document.") from None
    except RecursionError:
        raise Invalid("bad_yaml", "The document is nested too deeply.", "A policy is a few lists of named entries.") from None
    if not isinstance(told, dict):
        raise Invalid("bad_policy", "A policy is a document of named sections.", f"It has {', '.join(sorted(_TOP))}.")
    _known(told, _TOP, "policy")
    version = _whole(told, "version", "policy", least=1, most=MOST_VERSION)
    policy = Policy(
        id=f"pol_{_text(told, 'product', 'policy')}_v{version}",
        version=version,
        product=_text(told, "product", "policy"),
        effective_from=_date(told, "effective_from"),
        accountable=accountable or Accountable(_text(told, "owner", "policy"), _text(told, "approver", "policy")),
        access=tuple(_access(row) for row in _rows(told, "access", {"name", "when", "missing", "outcome", "reason"})),
        limit=tuple(_cap(row) for row in _rows(told, "limit", {"name", "cap", "missing", "reason"})),
        price=tuple(_part(row) for row in _rows(told, "price", {"name", "part", "missing"})),
        digest="",
        numbers=tuple(_number(row) for row in _rows(told, "numbers", {"name", "value", "unit", "zh", "en"})),
        step_fen=parse_yuan(_text(told, "round_down_to_yuan", "policy") if "round_down_to_yuan" in told else "100"),
    )
    if policy.step_fen <= 0:
        raise Invalid("bad_policy", "round_down_to_yuan must be above 0.", "Write 1 or 100.", field="round_down_to_yuan")
    return replace(policy, digest=digest_of(policy))


def digest_of(policy: Policy) -> str:
    """The digest that names a policy: of everything in it but the digest itself."""
    return canon.digest(replace(policy, digest="")).hex()


def _access(row: Mapping[str, str]) -> AccessRule:
    where = f"access.{row.get('name', '?')}"
    missing, outcome = _outcome(row, "missing", where), _outcome(row, "outcome", where)
    return AccessRule(_text(row, "name", where), _text(row, "when", where), missing, outcome, _text(row, "reason", where))


def _cap(row: Mapping[str, str]) -> LimitCap:
    where = f"limit.{row.get('name', '?')}"
    missing = _whole(row, "missing", where, least=0, most=MOST_FEN)
    return LimitCap(_text(row, "name", where), _text(row, "cap", where), missing, _text(row, "reason", where))


def _part(row: Mapping[str, str]) -> PricePart:
    where = f"price.{row.get('name', '?')}"
    missing = _text(row, "missing", where)
    is_number = missing.lstrip("-").isdigit()
    told = _whole(row, "missing", where, least=-MOST_UNITS, most=MOST_UNITS) if is_number else _outcome(row, "missing", where)
    if told is Outcome.APPROVE:
        raise Invalid("bad_policy", f"{where}: a price cannot be approved without its facts.", "Refer, decline or a number.", field=where)
    return PricePart(_text(row, "name", where), _text(row, "part", where), told)


def _number(row: Mapping[str, str]) -> PolicyNumber:
    where, unit = f"numbers.{row.get('name', '?')}", row.get("unit", "")
    if not isinstance(unit, str):
        raise Invalid("bad_policy", f"{where}: unit is no word.", "Write share, fen, ppm ... or leave it out.", field=where)
    return PolicyNumber(_text(row, "name", where), _text(row, "value", where), unit, _text(row, "zh", where), _text(row, "en", where))


def _rows(told: Mapping[str, Any], section: str, allowed: set[str]) -> Sequence[Mapping[str, str]]:
    rows = told.get(section) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid("bad_policy", f"{section} must be a list of named entries.", "Write - {name: ..., ...}", field=section)
    for row in rows:
        _known(row, allowed, f"{section}.{row.get('name', '?')}")
    return rows


def _known(row: Mapping[str, Any], allowed: set[str], where: str) -> None:
    unknown = sorted(set(row) - allowed)
    if unknown:
        raise Invalid("bad_policy", f"{where}: no such entry {unknown[0]}.", f"There are {', '.join(sorted(allowed))}.", field=where)


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or value.strip().lower() in _NOTHING:
        raise Invalid("missing_entry", f"{where}: {name} is missing.", f"State {name}.", field=where)
    return value.strip()


def _whole(row: Mapping[str, Any], name: str, where: str, *, least: int, most: int) -> int:
    value = _text(row, name, where)
    if not _DIGITS.fullmatch(value) or not least <= int(value) <= most:
        told = f"{where}: {name} is {value[:40]!r}, not a whole number from {least} to {most}."
        raise Invalid("bad_policy", told, "Write digits.", field=where)
    return int(value)


def _outcome(row: Mapping[str, Any], name: str, where: str) -> Outcome:
    value = _text(row, name, where)
    try:
        return Outcome(value)
    except ValueError:
        raise Invalid("bad_policy", f"{where}: {name} is {value!r}.", f"It is one of {', '.join(Outcome)}.", field=where) from None


def _date(row: Mapping[str, Any], name: str) -> dt.date:
    value = _text(row, name, "policy")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise Invalid("bad_policy", f"{name} is {value!r}, not a date.", "Write YYYY-MM-DD.", field=name) from None
