"""The catalogues: complete in both languages, every key used exists, and no sentence hides in code."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import cast, get_args

import pytest
from tests.ledger.lives import terms

import farthing.flows
import farthing.web
from farthing.decision.reasons import SOURCES
from farthing.domain.arrears import Bucket, Concession, Difficulty, LoanClass
from farthing.domain.bill.bill import BillGround, BillKind, BillStatus
from farthing.domain.collateral.house import HouseKind, HouseStage, LienTask, ValuationMethod
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import BODIES
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facility import LineStatus
from farthing.domain.feature import Missing
from farthing.domain.model_card import ModelStatus
from farthing.domain.party import PartyKind, RelationKind
from farthing.domain.policy import Outcome
from farthing.domain.posting import Account
from farthing.domain.product import Claim, RepaymentMethod
from farthing.domain.staff import Purpose, Role
from farthing.evidence.monitor.watch import Aspect, Severity, Symptom
from farthing.flows.apply import PURPOSES
from farthing.flows.compare_heads import Answer
from farthing.flows.identity.verify import Verdict
from farthing.flows.line.agree import RULES
from farthing.flows.line.propose import ACTS as PROPOSED
from farthing.flows.line.propose import BankAct
from farthing.flows.queries.houses import HouseView
from farthing.flows.queries.lines import LineView
from farthing.flows.queries.model.paper import grouped, spoken
from farthing.flows.queries.party.surroundings import Action, TieKind
from farthing.ledger import facility, statement
from farthing.ledger.bill import refusals as bill_refusals
from farthing.ledger.collateral import MarginState
from farthing.ledger.facility import open_line
from farthing.ledger.lien import Move
from farthing.sources.catalogue import packaged_products
from farthing.web import relief
from farthing.web.audit_checks import Part
from farthing.web.bill import acts as bill_acts
from farthing.web.collateral import acts as house_acts
from farthing.web.line import acts
from farthing.web.text import LANGUAGES, Words, catalogue, explain, language_of

VIEW = SimpleNamespace(terms=terms(), state=open_line(terms()), timeline=())
"""A line on which nothing happened yet, as far as the fields of an act look at it."""
PAGES = sorted(Path(farthing.web.__file__).parent.rglob("*.py"))
ANY = r"[^.]+"
CODE = sorted(Path(farthing.web.__file__).parents[1].rglob("*.py"))
FAMILIES: tuple[tuple[str, type[StrEnum]], ...] = (
    ("role", Role), ("outcome", Outcome), ("class", LoanClass), ("bucket", Bucket), ("kind", EvidenceKind), ("status", LineStatus),
    ("missing", Missing), ("models", ModelStatus), ("relation", RelationKind), ("account", Account), ("repayment", RepaymentMethod),
    ("reading", Purpose), ("my.outcome", Outcome), ("my.answer", Outcome), ("my.next", Outcome), ("my.kind", EvidenceKind),
    ("audit.part", Part), ("audit.compare", Answer),
    ("bill.kind", BillKind), ("bill.status", BillStatus), ("bill.ground", BillGround),
    ("house.kind", HouseKind), ("house.stage", HouseStage), ("house.next", HouseStage), ("house.task", LienTask),
    ("house.method", ValuationMethod),
    ("severity", Severity), ("aspect", Aspect), ("symptom", Symptom),
    ("concession", Concession), ("difficulty", Difficulty), ("claim", Claim), ("party", PartyKind), ("being", PartyKind),
    ("tie", TieKind), ("verdict", Verdict), ("fraud.action", Action), ("fraud.means", Action),
)  # fmt: skip


def calls(path: Path) -> Iterator[ast.expr]:
    """What a page asks its words for."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).split(".")[-1] in ("words", "knows"):
            yield node.args[0]


def literal_keys(path: Path) -> set[str]:
    """Keys written out, also those chosen between two."""
    return {
        part.value
        for asked in calls(path)
        for part in ast.walk(asked)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and not any(isinstance(n, ast.JoinedStr) for n in ast.walk(asked))
    }


def test_both_languages_say_everything() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert set(zh) == set(en)
    assert [key for key in zh if not zh[key].strip() or not en[key].strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_said_once(language: str) -> None:
    text = (Path(farthing.web.__file__).parent / "locale" / f"{language}.po").read_text(encoding="utf-8")
    asked = Counter(re.findall(r'^msgid "(.+)"$', text, re.M))
    assert [key for key, times in asked.items() if times > 1] == []


def test_an_account_has_one_name_on_pages_papers_and_the_command_line() -> None:
    for account in Account:
        assert account.names == tuple(Words(language)(f"account.{account.value}") for language in LANGUAGES)


def test_both_languages_name_the_same_values() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    fields = re.compile(r"{(\w+)}")
    assert [key for key in zh if set(fields.findall(zh[key])) != set(fields.findall(en[key]))] == []


def test_every_key_that_a_page_asks_for_exists() -> None:
    known = catalogue("zh")
    missing = [f"{path.name}: {key}" for path in PAGES for key in literal_keys(path) if "." in key and key not in known]
    assert missing == []


def test_every_key_is_asked_for() -> None:
    """Written out, put together from parts that begin as it does, or what a key that is written out is continued by."""
    parts = [part for path in CODE for part in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    written = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    made = {pattern(part) for part in parts if isinstance(part, ast.JoinedStr)}
    begun = re.compile("|".join(sorted(one for one in made if re.match(r"[a-z]+\\\.", one))))
    endings = [one.removeprefix(ANY).replace("\\", "") for one in made if re.fullmatch(re.escape(ANY) + r"\\\.[a-z]+", one)]
    said = {key for key in catalogue("zh") if begun.fullmatch(key) or any(key.removesuffix(ending) in written for ending in ["", *endings])}
    assert {".todo", ".note"} <= set(endings)
    assert catalogue("zh").keys() - said == set()


def pattern(told: ast.JoinedStr) -> str:
    """What a string that is put together may come to: anything where a value stands."""
    return "".join(re.escape(str(one.value)) if isinstance(one, ast.Constant) else ANY for one in told.values)


@pytest.mark.parametrize(("family", "values"), FAMILIES, ids=[family for family, _ in FAMILIES])
def test_every_value_of_a_closed_set_has_its_word(family: str, values: type[StrEnum]) -> None:
    assert [value for value in values if f"{family}.{value.value}" not in catalogue("zh")] == []


def test_every_event_and_purpose_has_its_word() -> None:
    for known in map(catalogue, LANGUAGES):
        assert [kind for kind in BODIES if f"event.{kind}" not in known] == []
        assert [purpose for purpose in PURPOSES if f"purpose.{purpose}" not in known] == []


def kinds_of_entries() -> set[str]:
    """What may stand in the story of a line: the events that the ledger folds, and what time brings about between them."""
    folds, tells = (ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))) for module in (facility, statement))
    folded = {ast.unparse(node.cls) for node in folds if isinstance(node, ast.MatchClass)}
    calls = [node for node in tells if isinstance(node, ast.Call) and ast.unparse(node.func) == "_made"]
    return {"Opened"} | folded | {str(ast.literal_eval(call.args[1])) for call in calls}


def test_a_kind_of_evidence_is_called_in_a_reason_as_on_the_pages() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert {kind: (zh[f"kind.{kind}"], en[f"kind.{kind}"]) for kind in EvidenceKind} == SOURCES


def test_groups_of_a_table_of_ones_own_are_told_whatever_their_column_is_called() -> None:
    """A column that is called `kind` need not hold the kinds of parties."""
    told = {name: [spoken(grouped(name), Words(one), zh=one == "zh") for one in LANGUAGES] for name in ("kind=farm", "kind=shop", "sex=f")}
    assert told == {"kind=farm": ["主体：农户", "kind: Farm"], "kind=shop": ["主体：shop", "kind: shop"], "sex=f": ["sex: f", "sex: f"]}


def test_every_entry_of_a_line_has_its_word_on_both_pages() -> None:
    kinds = kinds_of_entries()
    assert kinds >= {"Opened", "Drawn", "Repaid", "Billed", "Settled"}
    for known in map(catalogue, LANGUAGES):
        assert [key for kind in sorted(kinds) for key in (f"event.{kind}", f"my.event.{kind}") if key not in known] == []


def test_every_step_of_a_line_has_its_word_for_staff_and_borrower() -> None:
    steps = [kind for kind, body in BODIES.items() if body.__module__.endswith("line_event")] + ["Billed", "Settled"]
    assert [f"{whose}.{kind}" for kind in steps for whose in ("event", "my.event") if f"{whose}.{kind}" not in catalogue("zh")] == []


def test_every_act_on_a_line_has_its_words() -> None:
    asked = [f"act.{act.name}{end}" for act in acts.ACTS for end in ("", ".told")] + [f"act.group.{act.group}" for act in acts.ACTS]
    grounds = (
        *acts.REVERSED,
        *acts.REAPPROVED,
        *acts.VARIED,
        *acts.EXTENDED,
        *acts.WAIVED,
        *acts.WRITTEN_OFF,
        *acts.FROZEN,
        *acts.UNFROZEN,
        "moved",
    )
    asked += [f"ground.{code}" for code in grounds] + [f"rule.{rule}" for rule in RULES]
    asked += [f"proposals.{kind}" for kind in (*PROPOSED, "BillDiscounted", *(kind.__name__ for kind in get_args(BankAct)))]
    asked += [f"field.{one.name}" for act in acts.ACTS for one in act.asks(Words("zh"), cast("LineView", VIEW)) if not one.word]
    asked += [f"field.{one.name}" for one in relief.GIVES]
    assert [key for key in asked if key not in catalogue("zh")] == []


def test_every_act_on_a_bill_has_its_words() -> None:
    names = [*(act.name for act in bill_acts.ACTS), "take_up", "discount"]
    asked = [f"bill.act.{name}{end}" for name in names for end in ("", ".told")]
    assert [key for key in asked if key not in catalogue("zh")] == []


def test_every_refusal_of_a_bill_is_told_in_both_languages() -> None:
    found = set[str]()
    for path in (*Path(farthing.flows.__file__).parent.joinpath("bill").glob("*.py"), Path(str(bill_refusals.__file__))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Invalid", "Conflict", "Refusal"):
                found |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    assert {"financed_twice", "bill_above_cap", "not_holder", "price_moved"} <= found
    assert [code for code in sorted(found) for end in ("", ".todo") if f"error.{code}{end}" not in catalogue("zh")] == []


def test_every_act_on_a_house_has_its_words() -> None:
    view = SimpleNamespace(
        today=dt.date(2026, 1, 31), lines=(), room=None, margin=None, state=SimpleNamespace(valuation=None, secured_fen=0, house="hse_a")
    )
    asked = [f"house.act.{act.name}{end}" for act in house_acts.ACTS for end in ("", ".told")]
    asked += [f"ground.{code}" for code in (*house_acts.WITHDRAWN, *house_acts.LOWERED, *house_acts.RELEASED, "house_secured")]
    asked += [f"field.{one.name}" for act in house_acts.ACTS for one in act.asks(Words("zh"), cast("HouseView", view)) if not one.word]
    asked += [f"house.margin.{state.value}{end}" for state in MarginState if state is not MarginState.ENOUGH for end in ("", ".todo")]
    asked += [f"house.cap.{name}" for name in ("ltv", "registered", "product_max", "decided", "not_registered")]
    assert [key for key in asked if key not in catalogue("zh")] == []


def test_every_act_of_a_house_is_a_move_of_its_life() -> None:
    assert {act.move for act in house_acts.ACTS} == {move.value for move in Move}


def refusals() -> set[str]:
    """Codes that the flows of a line refuse with."""
    room, ledger = Path(farthing.flows.__file__).parent, Path(str(facility.__file__)).parent
    files = [
        ledger / "lien.py",
        ledger / "collateral.py",
        *(room / "line").glob("*.py"),
        *(room / "collateral").glob("*.py"),
        *(room / "joint").glob("*.py"),
        room / "quote.py",
        room / "accept.py",
        room / "queries" / "proposals.py",
    ]
    return {
        node.args[0].value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Invalid", "Conflict", "NotFound", "Forbidden", "Refusal")
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip


def test_every_refusal_of_a_line_is_told_in_both_languages() -> None:
    found = refusals()
    assert {"in_difficulty", "second_person", "not_a_loss"} <= found
    assert [code for code in sorted(found) for end in ("", ".todo") if f"error.{code}{end}" not in catalogue("zh")] == []


def test_every_crop_of_the_catalogue_has_its_word() -> None:
    crops = {harvest.crop for product in packaged_products().values() for harvest in product.harvests}
    assert [crop for crop in sorted(crops) if f"crop.{crop}" not in catalogue("zh")] == []


def test_no_sentence_stands_in_code() -> None:
    """Chinese nowhere; an English sentence only in docstrings and in the message of an error of our own."""
    found = []
    for path in PAGES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {node.body[0].value for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef
                      | ast.AsyncFunctionDef) and ast.get_docstring(node)}  # fmt: skip
        docstrings |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
        errors = {part for node in ast.walk(tree) if isinstance(node, ast.Raise | ast.Assert) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings | errors:
                chinese = re.search(r"[\u4e00-\u9fff]", node.value)
                english = re.search(r"[A-Z][a-z]+( [a-z]+){2,}", node.value)
                if chinese or english:
                    found.append(f"{path.name}:{node.lineno} {node.value[:50]!r}")
    assert found == []


def test_a_value_is_put_into_its_sentence() -> None:
    assert Words("zh")("line.dpd", days=3) == "逾期 3 天"
    assert Words("en")("line.dpd", days=3) == "3 days past due"
    with pytest.raises(KeyError):
        Words("zh")("no.such.key")


def test_the_language_of_an_unknown_cookie_is_chinese() -> None:
    assert [language_of(text) for text in ("en", "zh", None, "<script>")] == ["en", "zh", "zh", "zh"]


def test_a_refusal_is_told_in_the_readers_language_where_it_is_known() -> None:
    known = Conflict("line_running", "pty_a has a running line.", "Use that line.")
    assert explain(Words("zh"), known)[1] == "请使用现有额度。"
    assert explain(Words("zh"), Invalid("only_here", "A message.", "A remedy.")) == ("A message.", "A remedy.")
