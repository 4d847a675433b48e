"""The checks of an identity: each passed, failed or was not possible, and says why in both languages; they add up to a level.

| level | means |
|---|---|
| 0 | the document fails, is missing, or another party has it |
| 1 | the document is sound in itself and nobody else has it |
| 2 | and two sources or more that do not come from the applicant's form agree with what is claimed, and no check failed |
| 3 | and the living face was matched to the document's |

Level 3 needs the extra `face`; nothing here has been tested against presentation attacks. The same facts give the same level.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.party import PartyKind
from farthing.models.identity.documents import Document, DocumentKind, age_on, read

ADULT, OLDEST = 18, 100
NEAR_DAYS = 92
"""How far what the owner says of the age of the business may lie from what the register says."""
_NAME = re.compile(r"[^\W\d_][\w·.&()（）\-' ]*[\w)）.]", re.UNICODE)
_MOBILE = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{9,11}")


class Verdict(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. The reasons name no number and no person."""

    name: str
    verdict: Verdict
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a party says of itself, opened for this check only."""

    kind: PartyKind
    name: str
    id_number: str | None
    phone: str | None
    registered_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What others say: None where nobody does. `same_*` are other parties with the same number, found by blind index."""

    same_document: int = 0
    same_phone: int = 0
    register_state: str | None = None
    founded_on: dt.date | None = None
    birth_year: int | None = None
    business_months: int | None = None
    answered_on: dt.date | None = None
    face_matched: bool | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The level of assurance and the checks behind it; `document` is the kind of the number that was given, None if none was."""

    level: int
    checks: tuple[Check, ...]
    document: DocumentKind | None = None


def identify(claimed: Claimed, heard: Heard, day: dt.date) -> Identity:
    """Every check in its order, and the level they reach."""
    document = None if claimed.id_number is None else read(claimed.id_number)
    checks = tuple(_checks(claimed, document, heard, day))
    return Identity(_level({check.name: check.verdict for check in checks}), checks, None if document is None else document.kind)


_DOCUMENT = ("document_form", "document_check_digit", "document_region", "document_birth_date", "document_unique")
_SOURCES = ("register_state", "register_date", "birth_year", "business_age")


def _level(found: dict[str, Verdict]) -> int:
    if found["document_form"] is not Verdict.PASSED or any(found[name] is Verdict.FAILED for name in _DOCUMENT):
        return 0
    agree = sum(found[name] is Verdict.PASSED for name in _SOURCES)
    if agree < 2 or Verdict.FAILED in found.values():
        return 1
    return 3 if found["face"] is Verdict.PASSED else 2


def _checks(claimed: Claimed, document: Document | None, heard: Heard, day: dt.date) -> Iterator[Check]:
    yield from _of_document(document, heard, day)
    yield _is("name_form", bool(_NAME.fullmatch(claimed.name.strip())), "名称写法", "form of the name")
    if claimed.phone is None:
        yield _cannot("phone_form", "没有电话", "no phone was given")
    else:
        yield _is("phone_form", _phone(claimed.phone), "电话号码格式", "form of the phone number")
        yield _is("phone_unique", not heard.same_phone, "电话不为其他主体所用", "the phone is no other party's")
    yield from _of_register(claimed, heard)
    yield from _of_owner(document, heard)
    yield _cannot("legal_representative", "登记信息中没有法定代表人姓名", "the register's rows carry no name of a legal representative")
    if heard.face_matched is None:
        yield _cannot("face", "没有有效的人脸比对", "no comparison of the face counts")
    else:
        yield _is("face", heard.face_matched, "人脸与证件照一致（未测活体攻击）", "face matches the document's (attacks untested)")


def _of_document(document: Document | None, heard: Heard, day: dt.date) -> Iterator[Check]:
    if document is None:
        for name in _DOCUMENT:
            yield _cannot(name, "没有证件号码", "no document number was given")
        return
    yield _is(
        "document_form", document.kind is not DocumentKind.UNKNOWN, "证件号码格式（身份证或统一社会信用代码）",
        "form of the document number (resident identity or unified social credit code)",
    )  # fmt: skip
    yield _is("document_check_digit", document.check_digit, "校验码", "check digit")
    if document.region_known is None:
        why = (
            ("虚构地区，无人拥有", "a made-up region, which nobody has")
            if document.made_up
            else ("该证件不含出生地", "it says no birthplace")
        )
        yield _cannot("document_region", *why)
    else:
        yield _is("document_region", document.region_known, "行政区划代码存在", "the region was given when the holder was born")
    if document.kind is DocumentKind.RESIDENT:
        grown = document.born_on is not None and ADULT <= age_on(document.born_on, day) <= OLDEST
        yield _is("document_birth_date", grown, "出生日期有效且成年", "a real birth date, of an adult")
    else:
        yield _cannot("document_birth_date", "该证件不含出生日期", "it says no birth date")
    yield _is("document_unique", not heard.same_document, "证件号码不为其他主体所用", "the number is no other party's")


def _of_register(claimed: Claimed, heard: Heard) -> Iterator[Check]:
    if heard.register_state is None:
        yield _cannot("register_state", "没有工商登记信息", "nothing is known of the business register")
    else:
        yield _is("register_state", heard.register_state == "active", "工商登记状态为存续", "the register says it is active")
    if heard.founded_on is None or claimed.registered_on is None:
        yield _cannot("register_date", "没有可比对的成立日期", "there are no two founding dates to compare")
    else:
        yield _is("register_date", heard.founded_on == claimed.registered_on, "成立日期与登记一致", "founding date as the register has it")


def _of_owner(document: Document | None, heard: Heard) -> Iterator[Check]:
    born_on = document.born_on if document else None
    if born_on is None or heard.birth_year is None:
        yield _cannot("birth_year", "没有可比对的出生年份", "there are no two birth years to compare")
    else:
        yield _is("birth_year", born_on.year == heard.birth_year, "出生年份与经营者问卷一致", "birth year as the owner answered")
    founded = heard.founded_on
    if founded is None or heard.business_months is None or heard.answered_on is None:
        yield _cannot("business_age", "没有可比对的经营年限", "there are no two ages of the business to compare")
    else:
        apart = abs((heard.answered_on - founded).days - heard.business_months * 365 // 12)
        yield _is("business_age", apart <= NEAR_DAYS, "经营年限与登记相符", "age of the business as the register has it")


def _phone(told: str) -> bool:
    plain = re.sub(r"[\s-]", "", told)
    return bool(_MOBILE.fullmatch(plain) or _LANDLINE.fullmatch(plain))


def _is(name: str, holds: bool, zh: str, en: str) -> Check:
    return Check(name, Verdict.PASSED if holds else Verdict.FAILED, zh, en)


def _cannot(name: str, zh: str, en: str) -> Check:
    return Check(name, Verdict.NOT_POSSIBLE, zh, en)
