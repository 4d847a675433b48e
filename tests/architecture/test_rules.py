"""Each rule of the law that the code names is in the rulebook and has a test named after it; the rulebook says where it is held."""

from __future__ import annotations

import re
from functools import lru_cache

from tests.architecture.test_tidy import ROOT, SOURCE, TESTS, functions, name_of, none_of, python_files, tracked

from farthing.cli.bank.rule import in_markdown
from farthing.domain.bank.rule import Severity
from farthing.domain.bank.rulebook import RULEBOOK

TABLE = SOURCE / "domain" / "bank" / "rulebook.py"
ID = re.compile(r"\b(RC|IL|PR|PV|PL|CR|IN|CA|LE|RP|PI|AM|CO)-(\d{2})\b")
IN_A_NAME = re.compile(r"(?<=_)(rc|il|pr|pv|pl|cr|in|ca|le|rp|pi|am|co)_(\d{2})(?=_|$)")


def named() -> dict[str, str]:
    """Every rule id in the source outside the table, with a file that names it."""
    found = {}
    for path in tracked():
        if path.is_relative_to(SOURCE) and path != TABLE and path.suffix in (".py", ".yaml", ".po", ".html"):
            for one in ID.finditer(path.read_text(encoding="utf-8")):
                found[one[0]] = name_of(path)
    return found


@lru_cache(maxsize=1)
def named_by_tests() -> set[str]:
    """Every rule id in the name of a test."""
    names = (node.name for path in python_files(TESTS) for node in functions(path) if node.name.startswith("test_"))
    return {f"{kind.upper()}-{number}" for name in names for kind, number in IN_A_NAME.findall(name)}


def test_every_rule_the_code_names_has_a_test_named_after_it() -> None:
    missing = [f"{rule} ({where})" for rule, where in sorted(named().items()) if rule not in named_by_tests()]
    none_of(missing, "a rule that the source names has a test whose name holds its id, as test_rc_05_...")


def test_every_rule_that_is_held_has_a_test_named_after_it() -> None:
    held = [rule.id for rule in RULEBOOK.values() if rule.held_by and rule.severity is not Severity.ADVISORY]
    none_of([rule for rule in held if rule not in named_by_tests()], "what the rulebook says is held is tested by name")


def test_every_rule_the_code_names_is_in_the_rulebook() -> None:
    none_of([f"{rule} ({where})" for rule, where in named().items() if rule not in RULEBOOK], "the rulebook has every rule that is named")


def test_what_the_rulebook_says_holds_a_rule_is_there_and_says_so() -> None:
    found = []
    for rule in RULEBOOK.values():
        for module in rule.held_by:
            path = SOURCE.joinpath(*module.split(".")).with_suffix(".py")
            if not path.is_file():
                found.append(f"{rule.id}: no module {module}")
            elif rule.id not in path.read_text(encoding="utf-8"):
                found.append(f"{rule.id}: {module} does not name it")
    none_of(found, "a module that holds a rule exists and names it")


def test_the_document_shows_the_table() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert in_markdown(RULEBOOK.values()) in text, "write it again: farthing rule list --markdown"
    golden = (TESTS / "golden" / "acts_by_state.txt").read_text(encoding="utf-8")
    assert golden.partition("\n\n")[2] in text, "and which acts a line allows"
