"""Charts as data: what is asked for is in the picture, in order, and nothing comes from outside."""

from __future__ import annotations

import json

import pytest

from farthing.domain.arrears import Bucket, LoanClass
from farthing.web import charts, theme


def test_a_gap_in_a_curve_stays_a_gap() -> None:
    options = charts.lines(["0", "1", "2"], {"2020-01": [0.0, None, 2.5]}, "%")
    assert options["series"][0]["data"] == [0.0, None, 2.5]
    assert options["legend"] == {"show": False}


def test_a_balance_stands_until_it_changes() -> None:
    options = charts.steps(["2020-01-01", "2020-02-01"], [1.0, 3.0], "万元")
    (series,) = options["series"]
    assert (series["step"], series["data"]) == ("end", [["2020-01-01", 1.0], ["2020-02-01", 3.0]])
    assert options["xAxis"]["type"] == "time"


def test_curves_over_uneven_days_keep_their_days() -> None:
    options = charts.over_time(["2020-01-31", "2020-03-31"], {"npl": [1.0, None], "special": [2.0, 2.5]}, "%")
    assert [series["name"] for series in options["series"]] == ["npl", "special"]
    assert options["series"][0]["data"] == [["2020-01-31", 1.0], ["2020-03-31", None]]


def test_each_bar_has_its_own_colour() -> None:
    options = charts.shares([("a", 1.0, "#111111"), ("b", 2.0, "#222222")], "万元")
    assert [bar["itemStyle"]["color"] for bar in options["series"][0]["data"]] == ["#111111", "#222222"]


def test_heat_is_scaled_to_its_largest_value() -> None:
    assert charts.heat(["r"], ["c"], [(0, 0, 40.0)], "%")["visualMap"]["max"] == 40.0
    assert charts.heat([], [], [], "%")["visualMap"]["max"] == 1.0


def test_every_class_and_bucket_has_a_colour() -> None:
    assert set(charts.CLASS_COLOURS) == {one.value for one in LoanClass}
    assert len(charts.SHADES) == len(Bucket)


def test_options_are_plain_and_fetch_nothing() -> None:
    told = json.dumps([charts.lines([], {}, ""), charts.steps([], [], ""), charts.heat([], [], [], ""), charts.shares([], "")])
    assert "http" not in told
    assert "image://" not in told


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", [theme.INK, theme.MUTED, theme.ACCENT, theme.GOOD, theme.WAIT, theme.BAD])
@pytest.mark.parametrize("paper", ["#ffffff", theme.PAPER, "#fbf4ec", "#f7f5f2"])
def test_text_has_contrast_aa(ink: str, paper: str) -> None:
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
