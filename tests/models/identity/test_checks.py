"""Checks of an identity: what each failure does to the level, that silence never raises it, and that no reason names a number."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.party import PartyKind
from farthing.models.identity.checks import Claimed, Heard, Verdict, identify

DAY = dt.date(2025, 6, 30)
CLAIMED = Claimed(PartyKind.ENTERPRISE, "青溪兴旺零售有限公司", "11010519491231002X", "13800138000", dt.date(2015, 4, 1))
HEARD = Heard(
    register_state="active", founded_on=dt.date(2015, 4, 1), birth_year=1949, business_months=117, answered_on=dt.date(2025, 1, 1)
)


def verdicts(claimed: Claimed = CLAIMED, heard: Heard = HEARD) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in identify(claimed, heard, DAY).checks}


def level(claimed: Claimed = CLAIMED, heard: Heard = HEARD) -> int:
    return identify(claimed, heard, DAY).level


def test_a_sound_document_that_sources_agree_with_is_level_two() -> None:
    assert level() == 2
    assert verdicts()["face"] is verdicts()["legal_representative"] is Verdict.NOT_POSSIBLE


def test_only_a_matched_face_gives_level_three() -> None:
    assert level(heard=replace(HEARD, face_matched=True)) == 3
    assert level(heard=replace(HEARD, face_matched=False)) == 1


@pytest.mark.parametrize("number", [None, "nonsense", "110105194912310021", "110105201512310022"])
def test_a_document_that_fails_is_level_nought(number: str | None) -> None:
    assert level(replace(CLAIMED, id_number=number)) == 0


def test_a_document_that_another_party_has_is_level_nought() -> None:
    assert level(heard=replace(HEARD, same_document=1)) == 0


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("register_state", replace(HEARD, register_state="revoked")),
        ("register_date", replace(HEARD, founded_on=dt.date(2020, 1, 1))),
        ("birth_year", replace(HEARD, birth_year=1960)),
        ("business_age", replace(HEARD, business_months=30)),
        ("phone_unique", replace(HEARD, same_phone=2)),
    ],
)
def test_a_source_that_disagrees_holds_it_at_level_one(name: str, heard: Heard) -> None:
    assert verdicts(heard=heard)[name] is Verdict.FAILED
    assert level(heard=heard) == 1


def test_silence_is_not_possible_and_no_pass() -> None:
    assert level(heard=Heard()) == 1
    silent = verdicts(heard=Heard())
    assert {silent[name] for name in ("register_state", "register_date", "birth_year", "business_age", "face")} == {Verdict.NOT_POSSIBLE}


@given(st.builds(Heard, register_state=st.sampled_from([None, "active", "closed"]), birth_year=st.sampled_from([None, 1949, 1950]),
                 founded_on=st.sampled_from([None, dt.date(2015, 4, 1)]), face_matched=st.sampled_from([None, True, False])))  # fmt: skip
def test_less_heard_never_raises_the_level_above_what_it_rests_on(heard: Heard) -> None:
    """Taking away what agreed lowers the level or leaves it; level three is never reached without a face."""
    whole = identify(CLAIMED, heard, DAY)
    assert whole.level < 3 or heard.face_matched
    assert identify(CLAIMED, Heard(face_matched=heard.face_matched), DAY).level <= max(whole.level, 1)


def test_reasons_come_in_both_languages_and_name_nobody() -> None:
    for check in identify(CLAIMED, replace(HEARD, same_document=3), DAY).checks:
        assert check.zh
        assert check.en
        assert not any(word in check.zh + check.en for word in (CLAIMED.name, "1949", "13800138000", "11010519491231002X"))


@pytest.mark.parametrize(
    ("name", "sound"), [("李明", True), ("买买提·艾力", True), ("Ann O'Hara", True), ("12345", False), ("?", False), ("", False)]
)
def test_names_have_a_form(name: str, sound: bool) -> None:
    assert (verdicts(replace(CLAIMED, name=name))["name_form"] is Verdict.PASSED) is sound


@pytest.mark.parametrize(("phone", "sound"), [("138 0013 8000", True), ("+86-13800138000", True), ("010-65120000", True), ("12345", False)])
def test_phones_have_a_form(phone: str, sound: bool) -> None:
    assert (verdicts(replace(CLAIMED, phone=phone))["phone_form"] is Verdict.PASSED) is sound
