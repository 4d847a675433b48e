"""A feature on a card: a value falls in one bin, and bins say in words what they hold."""

from __future__ import annotations

import pytest

from farthing.domain.errors import Invalid
from farthing.models.attribute import Attribute, Bin, Crossing, Special, labels, listed
from farthing.models.table import Column

AGE = Attribute("age", 0, "years", "年龄", "age", (30, 50), (Bin("< 30", 0, 0, 1, 1), Bin("30 – 50", 1, 0, 1, 1), Bin(">= 50", 2, 0, 1, 1)),
                Bin("missing", 4, 0, 0, 0), 0, (Special((-9,), Bin("-9", 3, 0, 0, 0)),))  # fmt: skip
HOME = Attribute("home", 0, "text", "住房", "home", (), (Bin("own", 0, 0, 1, 1),), Bin("missing", 2, 0, 0, 0), 0, (), (("own",),),
                 Bin("other", 1, 0, 0, 0))  # fmt: skip


@pytest.mark.parametrize(("value", "label"), [(29, "< 30"), (30, "30 – 50"), (50, ">= 50"), (-9, "-9"), (None, "missing")])
def test_a_number_falls_in_one_bin(value: int | None, label: str) -> None:
    assert AGE.find(value).label == label


@pytest.mark.parametrize(("value", "label"), [("own", "own"), ("boat", "other"), (None, "missing")])
def test_a_category_falls_in_one_bin(value: str | None, label: str) -> None:
    assert HOME.find(value).label == label


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="age is 'old'"):
        AGE.find("old")


def test_two_features_fall_in_one_cell_of_their_bins() -> None:
    pair = Crossing(AGE, HOME, tuple(Bin(str(place), place, 0, 1, 1) for place in range(15)), 0)
    assert (pair.feature, pair.zh, pair.en, pair.width) == ("age × home", "年龄 × 住房", "age × home", 3)
    assert [pair.find(*case).points for case in ((29, "own"), (30, "boat"), (-9, None), (None, "own"))] == [0, 4, 11, 12]
    with pytest.raises(Invalid, match="do not fit"):
        Crossing(AGE, AGE, pair.cells, 0)


def test_bins_say_what_they_hold() -> None:
    assert labels(Column("share", scale=2, unit="share"), (25, 50))[0].startswith("< ")
    assert labels(Column("share"), ()) == ["any"]
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f … (8)"
