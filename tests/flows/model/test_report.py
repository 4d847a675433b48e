"""A report is made from the card alone: every measure of it has its place, and what was not tested says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.flows.applicants import CARD, artefact

from farthing.domain.model_card import Curve, Measure
from farthing.flows.queries.model.paper import Both, Grid, Plot, Said, Say, Text, both, spoken, titled
from farthing.flows.queries.model.report import Report, report_of
from farthing.sources.catalogue import packaged_fraud_model

SHOCKS = (
    Measure("stress_none:pd", "0.0500", "0.0500", "0.0500", "平均。 Mean."),
    Measure("stress_without_invoice:auc", "0.010", "-0.004", "0.020", "损失。 Lost."),
    Measure("stress_without_transaction:auc", "0.011", "0.001", "0.030", "损失。 Lost."),
)


def texts(report: Report) -> list[Text]:
    """Every text of a report, in order."""
    found: list[Text] = [one for pair in report.facts for one in pair]
    for section in report.sections:
        found.append(section.title)
        for part in section.parts:
            found.append(part.title)
            if isinstance(part, Said):
                found += part.sentences
            else:
                grid = part.grid if isinstance(part, Plot) else part
                found += [cell for row in grid.rows for cell in row] + [head.title for head in grid.heads]
    return found


def test_an_untested_model_says_what_was_not_tested() -> None:
    keys = [one.key for one in texts(report_of(CARD, artefact())) if isinstance(one, Say)]
    assert keys.count("report.untested") == 7, "separation, calibration, months, swaps, groups, those turned down, shocks"
    assert {f"report.{name}" for name in ("months.none", "swap.none", "fairness.none", "reject.nobody", "stress.none")} <= set(keys)


def test_a_source_that_costs_too_much_is_out_of_the_goal() -> None:
    (section,) = [one for one in report_of(replace(CARD, measures=SHOCKS), artefact()).sections if one.title == Say("report.stress")]
    (grid,) = section.parts
    assert isinstance(grid, Grid)
    assert [row[-1] for row in grid.rows] == ["", Say("word.yes"), Say("word.no")]
    assert grid.rows[1][0] == Say("stress.without", {"kind": Say("kind.invoice")})


def test_bands_stand_beside_what_was_foretold() -> None:
    bands = [Measure(f"band_{place}_observed", f"0.{place}000", "0.0100", "0.9000", "组。 Band.") for place in (1, 2)]
    curve = Curve("calibration", (120_000, 180_000), (100_000, 200_000))
    (section,) = [
        one for one in report_of(replace(CARD, measures=tuple(bands), curves=(curve,)), artefact()).sections
        if one.title == Say("report.calibration")
    ]  # fmt: skip
    (plot,) = [part for part in section.parts if isinstance(part, Plot)]
    assert [row[1:4] for row in plot.grid.rows] == [("12.0 %", "10.0 %", "1.0 % – 90.0 %"), ("18.0 %", "20.0 %", "1.0 % – 90.0 %")]
    assert [line.beside for line in plot.lines] == [False, True, True, True]


def test_everything_has_its_share_of_the_paper() -> None:
    full = replace(CARD, measures=(*SHOCKS, Measure("swap_in", "0.1", "0.0", "0.2", "十。 Ten.")), curves=(Curve("roc", (0, 1), (0, 1)),))
    for section in report_of(full, artefact()).sections:
        for part in section.parts:
            if not isinstance(part, Said):
                grid = part.grid if isinstance(part, Plot) else part
                assert sum(head.hundredths for head in grid.heads) <= 100, section.title
                assert all(len(row) == len(grid.heads) for row in grid.rows)


@pytest.mark.parametrize(("zh", "said"), [(True, "甲 乙"), (False, "a b")])
def test_texts_speak_the_language_of_the_reader(zh: bool, said: str) -> None:
    def words(key: str, **values: object) -> str:
        return f"{'甲' if zh else 'a'} {values['name']}" if values else key

    assert spoken(Say("key", {"name": Both("乙", "b")}), words, zh=zh) == said
    assert spoken("plain", words, zh=zh) == spoken(Say("plain"), words, zh=zh) == "plain"


def test_a_sentence_in_both_languages_is_parted_and_one_in_one_is_kept() -> None:
    assert both("折外 AUC 0.7。 Out of fold 0.7.") == Both("折外 AUC 0.7。", "Out of fold 0.7.")
    assert both("predicted 0.1; 3 bad of 9") == Both("predicted 0.1; 3 bad of 9", "predicted 0.1; 3 bad of 9")


def test_a_card_is_read_in_one_language_at_a_time() -> None:
    assert both("没有公平性检验：数据不含。 No test of fairness: none.") == Both("没有公平性检验：数据不含。", "No test of fairness: none.")
    assert both("Only English here.") == Both("Only English here.", "Only English here.")


def test_a_title_in_both_languages_is_parted_and_a_name_is_kept() -> None:
    assert titled("反欺诈模型（虚构经济） Anti-fraud model") == Both("反欺诈模型（虚构经济）", "Anti-fraud model")
    assert titled("小微评分卡 Small-business scorecard") == Both("小微评分卡", "Small-business scorecard")
    assert titled("scorecard-v1") == "scorecard-v1"


def test_a_question_that_no_measure_answers_says_so_and_weights_that_nobody_counted_are_left_out() -> None:
    report = report_of(*packaged_fraud_model())
    separation, calibration, reads = (report.sections[place].parts[0] for place in (1, 2, 9))
    assert isinstance(separation, Grid)
    assert len(separation.rows) == 14, "each pattern, by the trees and by the plain regression"
    assert all(isinstance(row[3], Both) and row[3].zh != row[3].en for row in separation.rows)
    assert isinstance(calibration, Grid)
    assert isinstance(reads, Grid)
    assert len(reads.heads) == 2
    bare = report_of(replace(packaged_fraud_model()[0], measures=()), packaged_fraud_model()[1])
    assert isinstance(bare.sections[1].parts[0], Said)
