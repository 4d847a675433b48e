"""The documented files of every kind, taken in by the real door: kept without anybody's name, and a credit report only under consent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import OFFICER
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain.evidence import EvidenceKind
from farthing.flows.consent import GiveRequest, WithdrawRequest, give, withdraw
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.settings import Settings
from farthing.sources.files import read_file, read_mapping_file
from farthing.wiring import open_house

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "kinds"
SHOWN = tuple(EvidenceKind(path.stem) for path in sorted(EXAMPLES.glob("*.yaml")))
NO_CONSENT = "no consent of the party to read its credit report"
PARTY = "91330109MA2B0CJ41W"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_house(Settings(home=tmp_path, database_url=database.owner_url, host="127.0.0.1", port=0)) as made:
        yield made


def bureau(folder: Path, *said: str, note: str = "") -> IntakeRequest:
    """The documented credit report with a mapping that says `said` instead of its consent and that it is made up.

    `note` makes it another file.
    """
    kind = EvidenceKind.BUREAU_ACCOUNT
    mapping, file = (EXAMPLES / f"{kind.value}{end}" for end in (".yaml", ".csv"))
    left = [line for line in mapping.read_text(encoding="utf-8").splitlines() if not line.startswith(("consent", "synthetic"))]
    own, other = folder / "mapping.yaml", folder / "report.csv"
    own.write_text("\n".join([*said, *left]), encoding="utf-8")
    other.write_text(file.read_text(encoding="utf-8").replace("A03", f"A03{note}"), encoding="utf-8")
    return IntakeRequest(wiring.own_file(kind, other, own))


def test_every_kind_is_kept_and_no_name_of_anybody_with_it(house: House) -> None:
    for kind in SHOWN:
        (told,) = intake(house, OFFICER, IntakeRequest(wiring.own_file(kind, EXAMPLES / f"{kind}.csv", EXAMPLES / f"{kind}.yaml")), "k")
        assert (told.quarantined_rows, told.accepted) == (0, told.rows), kind
    kept = {kind: house.lake.scan(kind).collect() for kind in SHOWN}
    for kind in SHOWN:
        mapping = read_mapping_file(EXAMPLES / f"{kind}.yaml", kind)
        frame = read_file(EXAMPLES / f"{kind}.csv", mapping).frame
        personal = {"counterparty", "account", "docket", "parcel", "policy_no", "meter", "device", "network", "point"}
        named = [told.column for name, told in mapping.fields if name in personal and told.column is not None]
        words = {cell for column in named for cell in frame[column] if cell} | {PARTY, "FARM-0001"}
        assert not {cell for row in kept[kind].rows() for cell in row} & words, kind
    devices = kept[EvidenceKind.DEVICE]
    assert devices["device"].n_unique() == 1, "equal stays equal"
    assert all(one.provenance.synthetic for one in house.lake.manifests()), "the mapping says that they are made up"


def test_a_credit_report_is_read_only_under_a_consent_that_runs(house: House, tmp_path: Path) -> None:
    (told,) = intake(house, OFFICER, bureau(tmp_path), "k")
    assert (told.accepted, [fault.reason for fault in told.faults]) == (0, [NO_CONSENT])
    assert house.parties.find(PARTY) is None, "nobody is known by a report we may not read"
    intake(house, OFFICER, IntakeRequest(wiring.own_file(EvidenceKind.ORDER, EXAMPLES / "order.csv", EXAMPLES / "order.yaml")), "k")
    party = house.parties.find(PARTY)
    assert party is not None
    (told,) = intake(house, OFFICER, bureau(tmp_path), "k")
    assert told.accepted == 0, "it is known, and silent about reports"
    kinds = (EvidenceKind.BUREAU_ACCOUNT,)
    give(house, OFFICER, GiveRequest(party.id, kinds, ground="signed_form"), "give")
    (told,) = intake(house, OFFICER, bureau(tmp_path), "k")
    assert (told.accepted, told.quarantined_rows) == (3, 0)
    withdraw(house, OFFICER, WithdrawRequest(party.id, kinds, "told_by_phone"), "withdraw")
    (told,) = intake(house, OFFICER, bureau(tmp_path, "consent: signed_form", note="b"), "k")
    assert [fault.reason for fault in told.faults] == ["the party's consent has ended"], "no word of an importer overrules a no"


def test_a_mapping_may_say_how_we_know_of_the_consent(house: House, tmp_path: Path) -> None:
    (told,) = intake(house, OFFICER, bureau(tmp_path, "consent: signed_form"), "k")
    assert told.accepted == 3
    party = house.parties.find(PARTY)
    assert party is not None
    assert [consent.kinds for consent in house.parties.consents(party.id)] == [(EvidenceKind.BUREAU_ACCOUNT,)]
    (given,) = house.journal.events(stream=party.id, kind="ConsentGiven")
    assert getattr(given.body, "ground", None) == "signed_form"
