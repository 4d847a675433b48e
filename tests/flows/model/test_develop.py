"""From imported evidence to an approved model: trained, saved with its event, printed, refused when it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import ModelApproved
from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.domain.model_card import ModelStatus
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import canonical_map
from farthing.features.catalogue import CATALOGUE
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model import develop
from farthing.flows.model.develop import TrainRequest, make, train
from farthing.flows.model.life import RetireRequest, ReturnRequest, retire_model, return_model
from farthing.flows.observe import features_of, features_of_all
from farthing.flows.ports import House
from farthing.flows.queries.models import model, models, report_made
from farthing.models.scorecard import decode, score_one
from farthing.models.wide import wide_candidates
from farthing.settings import Settings
from farthing.wiring import open_house

END = dt.date(2024, 6, 30)
REQUEST = TrainRequest("Test card", END, "Wang Min", "Li Qiang", folds=3, repeats=2, seed=1)
FIRMS = [f"F{number}" for number in range(60)]


def table(kind: EvidenceKind, rows: list[dict[str, object]], digest: str) -> SourceTable:
    return SourceTable(
        f"test/{digest}", pl.DataFrame(rows), digest * 8, canonical_map(kind, KnownLag(1, True), repeats=Repeats.KEEP), ends_on=END
    )


def evidence() -> tuple[SourceTable, ...]:
    """Sixty firms, a third bad: bad ones mostly sell less, to fewer buyers, and not in every month."""
    rng = np.random.default_rng(8)
    invoices: list[dict[str, object]] = []
    outcomes: list[dict[str, object]] = []
    for place, firm in enumerate(FIRMS):
        bad = place % 3 == 0
        weak = bad if rng.random() < 0.85 else not bad
        outcomes.append({"party": firm, "defaulted": bad, "rating": "D" if bad else "A"})
        for month in range(18):
            for sale in range(int(rng.integers(0, 2 if weak else 5))):
                day = dt.date(2023 + month // 12, month % 12 + 1, int(rng.integers(1, 28)))
                gross = int(rng.integers(10_000, 200_000 if weak else 900_000))
                invoices.append({
                    "party": firm, "side": "sale" if rng.random() < 0.7 else "purchase", "invoice_no": f"{place}/{month}/{sale}",
                    "issued_on": day.isoformat(), "counterparty": f"C{rng.integers(1, 4 if weak else 12)}", "net_fen": gross, "tax_fen": 0,
                    "gross_fen": gross, "status": "valid",
                })  # fmt: skip
    return table(EvidenceKind.INVOICE, invoices, "1nv01ce5"), table(EvidenceKind.OUTCOME, outcomes, "0u7c0me5")


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as opened:
        intake(opened, SYSTEM, IntakeRequest(evidence()), "import")
        yield opened


def test_one_party_and_all_parties_have_the_same_features(house: House) -> None:
    together = {row.pop("subject"): row for row in features_of_all(house, END).to_dicts()}
    for firm in FIRMS[:6]:
        party = house.parties.find(firm)
        assert party is not None
        assert features_of(house, party, END) == features_of(house, party.id, END) == together[party.subject]


def test_a_trained_model_is_saved_with_its_event_and_scores(house: House) -> None:
    told: list[str] = []
    card = train(house, SYSTEM, REQUEST, "train", lambda done, total, what: told.append(what))
    assert told[0] == "features"
    assert "cross-validation" in told
    found = house.registry.model()
    assert found is not None
    saved, artefact = found
    assert saved == card
    assert (card.labels, card.bads, card.synthetic) == (60, 20, False)
    (event,) = house.journal.events(stream=card.id)
    assert isinstance(event.body, ModelApproved)
    assert (event.body.owner, event.body.approver, event.body.artefact) == ("Wang Min", "Li Qiang", card.artefact)
    party = house.parties.find("F1")
    assert party is not None
    assert 0 < score_one(decode(artefact), features_of(house, party, END)).pd_ppm < 1_000_000


def test_a_wide_card_chooses_of_what_it_is_shown_and_tells_the_command_that_made_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {name: CATALOGUE[name] for name in list(CATALOGUE)[:40]}
    monkeypatch.setattr(develop, "wide_candidates", lambda _: wide_candidates(shown))
    made = make(house, replace(REQUEST, wide=True, repeats=1))
    assert set(made.sample.columns) == set(shown), "nothing but what a wide card may read is gathered"
    assert 1 <= len(made.artefact.features) <= 20 // 5  # type: ignore[union-attr]  # a card
    assert made.reproduce.endswith("--wide")


def test_the_same_key_is_the_same_model_and_another_request_is_a_conflict(house: House) -> None:
    assert train(house, SYSTEM, REQUEST, "train").id == train(house, SYSTEM, REQUEST, "train").id
    with pytest.raises(Conflict):
        train(house, SYSTEM, TrainRequest("Other", END, "Wang Min", "Li Qiang", folds=3, repeats=1), "train")


def test_what_a_risk_manager_trains_is_a_draft_and_never_moves_what_is_in_use(house: House) -> None:
    used = train(house, SYSTEM, REQUEST, "train")
    assert train(house, RISK, REQUEST, "by hand") == used
    other = train(house, RISK, replace(REQUEST, target_bad_rate_ppm=60_000), "another rate")
    assert (other.status, other.accountable.owner) == (ModelStatus.DRAFT, RISK.name)
    assert house.registry.model() == house.registry.model(used.id)


def test_what_the_machine_trains_lets_its_forerunner_stand_by(house: House) -> None:
    before = train(house, SYSTEM, REQUEST, "train")
    after = train(house, SYSTEM, replace(REQUEST, target_bad_rate_ppm=70_000), "follow")
    found = house.registry.model(before.id), house.registry.model()
    assert [(one[0].id, one[0].status) for one in found if one] == [(before.id, ModelStatus.STANDBY), (after.id, ModelStatus.APPROVED)]
    return_model(house, RISK, ReturnRequest("only_a_test"), "back")


def test_what_was_retired_is_not_trained_back_into_use(house: House) -> None:
    card = train(house, SYSTEM, replace(REQUEST, target_bad_rate_ppm=80_000), "one more")
    retire_model(house, RISK, RetireRequest(card.id, "leaks"), "retire")
    with pytest.raises(Conflict, match="which was retired"):
        train(house, SYSTEM, replace(REQUEST, target_bad_rate_ppm=80_000), "once more")


def test_the_report_shows_points_and_people(house: House) -> None:
    card = train(house, SYSTEM, REQUEST, "train")
    report = model(house, AUDITOR, card.id)
    assert report.card in models(house, OFFICER)
    assert [row for row in report.points if row.bin == "missing"]
    assert report.scale[0][1] >= report.scale[-1][1]
    made = report_made(make(house, REQUEST))
    assert replace(report, card=made.card) == made
    assert replace(report.card, status=made.card.status) == made.card, "but for where other tests have put it since"


def test_a_rating_never_becomes_a_feature(house: House) -> None:
    made = make(house, REQUEST)
    assert not [name for name in made.sample.columns if "rating" in name]


def test_who_may_not_and_what_may_not(house: House) -> None:
    with pytest.raises(Forbidden):
        train(house, OFFICER, REQUEST, "no")
    with pytest.raises(Invalid, match="different approver"):
        TrainRequest("Test card", END, "Wang Min", "Wang Min")
    with pytest.raises(NotFound, match="no model"):
        model(house, AUDITOR, "mdl_none")


def test_without_outcomes_there_is_nothing_to_train_on(database: Database, tmp_path: Path) -> None:
    with open_house(Settings(home=tmp_path, database_url=database.owner_url, host="127.0.0.1", port=0)) as empty:
        _, outcomes = evidence()
        intake(empty, SYSTEM, IntakeRequest((replace(outcomes, map=replace(outcomes.map, currency="CZK")),)), "import")
        with pytest.raises(NotFound, match="no outcomes of loans in CNY"):
            train(empty, RISK, REQUEST, "train")
        assert models(empty, AUDITOR) == []
