"""A model's report on paper: everything the page says, in both languages, pictures within their frames, the same bytes each time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.flows.applicants import CARD, artefact
from tests.sources.test_paper import pages, read

from farthing.domain.model_card import Curve, Measure
from farthing.flows.queries.model.paper import Grid, Line, Plot
from farthing.flows.queries.model.report import report_of
from farthing.sources.paper.plot import HEIGHT, Frame, marks_of
from farthing.sources.paper.report import report_pdf
from farthing.sources.paper.sheet import Path, Text, width

PPM = 1_000_000
MEASURES = (
    Measure("auc", "0.700", "0.610", "0.780", "折外。 Out of fold."),
    Measure("band_1_observed", "0.1000", "0.0500", "0.2000", "组。 Band."),
    Measure("leak_buyers_12m", "0.700", "0.700", "0.700", "单独。 Alone."),
    Measure("swap_in", "0.100", "0.050", "0.200", "十个。 Ten."),
    Measure("stress_none:pd", "0.0500", "0.0500", "0.0500", "平均。 Mean."),
    Measure("stress_without_invoice:auc", "0.117", "0.039", "0.192", "损失。 Lost."),
    Measure("psi_month_2024-05", "0.040", "0.000", "0.100", "五月。 May."),
    Measure("fair_gender=f", "0.700", "0.600", "0.800", "份额。 Share."),
    Measure("fair_kind=person", "0.600", "0.500", "0.700", "份额。 Share."),
    Measure("fair_years=>= 10", "0.500", "0.400", "0.600", "份额。 Share."),
)
CURVES = (
    Curve("roc", (0, 400_000, PPM), (0, 700_000, PPM)),
    Curve("calibration", (90_000,), (100_000,)),
    Curve("psi_by_month", (202405,), (40_000,)),
)
FULL = replace(CARD, measures=MEASURES, curves=CURVES, reproduce="farthing model validate --seed 1", reviewed_on=dt.date(2021, 1, 2))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_card_is_the_same_bytes(language: str) -> None:
    one, again = (report_pdf(report_of(FULL, artefact()), language) for _ in range(2))  # type: ignore[arg-type]
    assert one == again
    assert one != report_pdf(report_of(replace(FULL, title="other"), artefact()), language)  # type: ignore[arg-type]
    assert pages(one) >= 2


def test_everything_is_on_it_in_chinese() -> None:
    text = read(report_pdf(report_of(FULL, artefact()), "zh"))
    for said in ("模型验证报告", "合成数据，没有真人", "模型负责人", "2021-01-02", FULL.artefact, "farthing model validate --seed 1",
                 "ROC 曲线", "换入", "缺少：发票", "0.117", "逐月总体稳定性", "gender: f", "主体：个人", "经营年数：>= 10",
                 "第 1 页"):  # fmt: skip
        assert said in text, said


def test_everything_is_on_it_in_english_and_what_was_not_tested_is_said() -> None:
    text = read(report_pdf(report_of(CARD, artefact()), "en"))
    for said in ("Model validation report", "Scorecard", "there are no months to compare", "no other model in use",
                 "fairness was not tested", "No stress was tried", "The command was not recorded"):  # fmt: skip
        assert said in text, said


def test_what_is_real_is_not_called_synthetic() -> None:
    assert "Synthetic" not in read(report_pdf(report_of(replace(FULL, synthetic=False), artefact()), "en"))


@pytest.mark.parametrize("y", [(0, PPM), (-200_000, 300_000), (0, 0), (2_380_000, 540_000)])
@pytest.mark.parametrize("marks", [(), ("2024-01", "2024-02")])
def test_a_picture_stays_in_its_frame(y: tuple[int, int], marks: tuple[str, ...]) -> None:
    grid = Grid("t", (), ())
    plot = Plot("t", "n", "x", "y", (Line("one", (0, PPM), y), Line("two", (0, PPM), (0, PPM), beside=True)), grid, marks)
    frame = Frame(50.0, 700.0, 240.0, {"x": "along", "line0": "one", "line1": "a name that is rather long for one line"})
    for mark in marks_of(plot, frame):
        points = mark.points if isinstance(mark, Path) else ()
        assert all(frame.left <= x <= frame.left + frame.wide and frame.top - HEIGHT <= at <= frame.top for x, at in points)
        if isinstance(mark, Text):
            begins = mark.x - width(mark.text, mark.style) if mark.right else mark.x
            assert begins >= frame.left - 2
