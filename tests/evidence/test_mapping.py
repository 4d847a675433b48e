from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.evidence.mapping import FieldMap, Unit, canonical_map, read_mapping, with_repeats

GOLDEN = Path(__file__).parents[1] / "golden" / "intake"
DOCS = Path(__file__).parents[2] / "docs" / "examples"


def document() -> dict[str, Any]:
    loaded = yaml.safe_load((GOLDEN / "invoices.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_a_document_says_where_each_field_is_and_how_it_is_written() -> None:
    told = document()
    told["fields"] |= {
        "side": {"constant": "sale"},
        "issued_on": {"column": "issued", "format": "%d.%m.%Y"},
        "net_fen": {"column": "net", "decimal": ","},
        "tax_fen": {"column": "tax", "unit": "fen"},
        "status": {"column": "state", "values": {"ok": "valid"}},
    }
    read = read_mapping(told, EvidenceKind.INVOICE)
    fields = dict(read.fields)
    assert read.lag == KnownLag(1, assumed=True)
    assert read.repeats is Repeats.DROP
    assert fields["side"] == FieldMap(constant="sale")
    assert fields["issued_on"].formats == ("%d.%m.%Y",)
    assert (fields["net_fen"].decimal_comma, fields["tax_fen"].unit) == (True, Unit.FEN)
    assert fields["status"].values == (("ok", "valid"),)
    assert read.columns() == ("owner", "number", "issued", "partner", "net", "tax", "total", "state")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": "outcome"}, "kind", "is for 'outcome'"),
        ({"colour": "red"}, "The mapping", "nobody reads: colour"),
        ({"repeats": "maybe"}, "repeats", "'maybe' is not a value"),
        ({"known": {"lag_days": -1}}, "known", "number of days"),
        ({"known": {"lag_days": True}}, "known", "number of days"),
        ({"currency": "EURO$"}, "currency", "three capital letters"),
        ({"currency": "cny"}, "currency", "three capital letters"),
        ({"currency": ""}, "currency", "three capital letters"),
        ({"currency": 5}, "currency", "three capital letters"),
        ({"currency": "CNY\n"}, "currency", "three capital letters"),
        ({"delimiter": ",,"}, "delimiter", "one sign"),
        ({"delimiter": ""}, "delimiter", "one sign"),
        ({"delimiter": '"'}, "delimiter", "one sign"),
        ({"delimiter": 5}, "delimiter", "one sign"),
        ({"source": ["x", ["y"]]}, "source", "no list"),
        ({"fields": ["party"]}, "fields", "not a list of"),
        ({"fields": {"party": "owner"}}, "fields", "does not say where side, invoice_no"),
    ],
)
def test_what_is_wrong_with_a_document_is_named(change: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as refused:
        read_mapping(document() | change, EvidenceKind.INVOICE)
    assert refused.value.field == field
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("name", "entry", "message"),
    [
        ("shoe_size", "col", "no field 'shoe_size'"),
        ("side", {"column": "a", "constant": "sale"}, "either a column or a constant"),
        ("side", {}, "either a column or a constant"),
        ("side", {"column": "a", "wording": "x"}, "nobody reads: wording"),
        ("side", {"column": "a", "values": {"x": "sideways"}}, "sideways is not a value of side"),
        ("issued_on", {"column": "a", "format": "%Y-%m"}, "does not say year, month and day"),
        ("issued_on", {"column": "a", "formats": 5}, "does not say year, month and day"),
        ("issued_on", {"column": "a", "formats": True}, "does not say year, month and day"),
        ("issued_on", {"column": "a", "formats": ["%Y-%m-%d", "%Y-%m-%d %H"]}, "does not say year, month and day"),
        ("issued_on", {"column": "a", "formats": "%Y-%m-%d %p"}, "does not say year, month and day"),
        ("issued_on", {"column": "a", "formats": "%d/%m/%Y %I"}, "does not say year, month and day"),
        ("issued_on", {"column": "a", "formats": {"a": 1}}, "no list"),
        ("party", {"column": [1]}, "no list"),
        ("party", {"constant": {"a": 1}}, "no list"),
        ("status", {"column": "a", "values": {"ok": ["valid"]}}, "no list"),
        ("net_fen", {"column": "a", "format": "%Y-%m-%d"}, "is not a date"),
        ("net_fen", {"column": "a", "unit": "cowries"}, "'cowries' is not a value"),
        ("net_fen", {"column": "a", "decimal": ";"}, "decimal sign"),
    ],
)
def test_what_is_wrong_with_a_field_is_named(name: str, entry: object, message: str) -> None:
    told = document()
    told["fields"][name] = entry
    with pytest.raises(Invalid, match=message) as refused:
        read_mapping(told, EvidenceKind.INVOICE)
    assert str(refused.value.field).startswith(f"fields.{name}")


@pytest.mark.parametrize("pattern", ["%Y-%m-%d", "%d.%m.%y", "%e/%m/%Y", "%Y年%m月%d日", "%Y-%m-%d %H:%M", "%d/%m/%Y %I:%M %p", "%Y-%j"])
def test_a_pattern_that_says_the_day_is_taken(pattern: str) -> None:
    told = document()
    told["fields"]["issued_on"] = {"column": "issued", "format": pattern}
    assert dict(read_mapping(told, EvidenceKind.INVOICE).fields)["issued_on"].formats == (pattern,)


@pytest.mark.parametrize("told", [None, [], "kind: invoice", 7])
def test_what_is_no_document_is_refused(told: object) -> None:
    with pytest.raises(Invalid, match="not a list of"):
        read_mapping(told, EvidenceKind.INVOICE)


def test_yaml_s_bare_words_mean_what_was_written() -> None:
    told = {"fields": {"party": "who", "defaulted": {"column": "bad", "values": {"bad": True, 0: False}}}}
    assert dict(read_mapping(told, EvidenceKind.OUTCOME).fields)["defaulted"].values == (("bad", "true"), ("0", "false"))


def test_a_choice_at_the_command_line_overrules_the_document_and_names_another_reading() -> None:
    read = read_mapping(document(), EvidenceKind.INVOICE)
    kept = with_repeats(read, Repeats.KEEP)
    assert kept.repeats is Repeats.KEEP
    assert kept.digest() != read.digest() == with_repeats(read, None).digest()


def test_a_canonical_frame_maps_to_itself() -> None:
    assert all(told.column == name for name, told in canonical_map(EvidenceKind.RELATION, KnownLag(0, assumed=True)).fields)


def test_consent_and_what_speaks_of_nobody_are_said_in_the_mapping_and_change_no_earlier_reading() -> None:
    plain = read_mapping(document(), EvidenceKind.INVOICE)
    told = read_mapping({**document(), "consent": "signed_form", "synthetic": True}, EvidenceKind.INVOICE)
    assert (told.consent, told.synthetic) == ("signed_form", True)
    assert told.digest() != plain.digest()
    assert replace(told, synthetic=False).reading() == plain.reading()
    written = yaml.safe_load((DOCS / "invoices.yaml").read_text(encoding="utf-8"))
    assert read_mapping(written, EvidenceKind.INVOICE).reading().startswith("1e4dfe1e199c1d96"), "as files were marked before"


@pytest.mark.parametrize("told", [{"consent": "Signed it"}, {"consent": 7}, {"synthetic": "yes"}])
def test_a_consent_is_a_code_and_synthetic_is_yes_or_no(told: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        read_mapping({**document(), **told}, EvidenceKind.INVOICE)
    assert refused.value.field == next(iter(told))
