"""`farthing model challenge`: how a challenger is told at the command line."""

from __future__ import annotations

import json
import math

import typer
from rich.console import Console
from rich.table import Column, Table

from farthing.domain import canon
from farthing.flows.model.challenge import Challenge


def tell(found: Challenge, as_json: bool) -> None:
    """Print a challenge: who ranks better, the tables, outcomes by grade, and kinds of risk."""
    if as_json:
        typer.echo(json.dumps(plain(found), ensure_ascii=False, indent=2))
        return
    console = Console()
    for table in (_measures(found), _calibrations(found), _tables(found), _grades(found), _kinds(found)):
        console.print(table)


def plain(found: Challenge) -> dict[str, object]:
    """The same for machines. Log-odds of tables are in units of 1e-15."""
    return {
        "measures": {name: {"value": one.value, "low": one.low, "high": one.high} for name, one in found.measures.items()},
        "model": found.model.name,
        "trees": len(found.model.forest.trees),
        "tables": canon.plain(found.tables),
        "calibrations": {one.way: {"error": one.error, "brier": one.brier} for one in found.calibrations},
        "grades": [
            {"grade": one.grade, "cases": one.cases, "bads": one.bads, "expected_bads": one.expected_bads, "confidence": one.confidence}
            for one in found.grades
        ],
        "kinds": [
            {"kind": one.number, "cases": one.cases, "bads": one.bads, "leading": [{"feature": f, "log_odds": x} for f, x in one.leading]}
            for one in found.kinds
        ],
    }


def _measures(found: Challenge) -> Table:
    title = f"折外 AUC out of fold; 挑战模型 challenger {found.model.name}, {len(found.model.forest.trees)} trees"
    table = Table("模型 model", "值与95%区间 value and 95 % interval", title=title)
    for name, one in found.measures.items():
        table.add_row(name, f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
    return table


def _calibrations(found: Challenge) -> Table:
    table = Table("方法 way", "校准误差 calibration error", "Brier", title="校准 calibration of the trees, each way fitted on other cases")
    for one in found.calibrations:
        table.add_row(one.way, f"{one.error:.4f}", f"{one.brier:.4f}")
    return table


def _tables(found: Challenge) -> Table:
    """The tables that are the additive model, in points like the card's: against a usual good, fewer where the risk is higher."""
    title = "可加模型 additive model: points against a usual good"
    table = Table(Column("特征 feature", overflow="fold"), "从 from", "分 points", title=title)
    for shape in found.tables.tables:
        rows = [("…", shape.eta[0]), *((f"{cut:,}", eta) for cut, eta in zip(shape.cuts, shape.eta[1:], strict=True))]
        for place, (start, eta) in enumerate([*rows, ("缺失 missing", shape.missing)]):
            table.add_row("" if place else shape.feature, start, f"{-eta / 1e15 * 20 / math.log(2):+.1f}")
    return table


def _grades(found: Challenge) -> Table:
    title = "主标尺 master scale: outcomes out of fold, at the sample's rate of bads"
    table = Table("等级 grade", "样本 cases", "违约 bad", "预期 expected", "PD偏低的把握 confidence that PDs are too low", title=title)
    for one in found.grades:
        table.add_row(one.grade, str(one.cases), str(one.bads), f"{one.expected_bads:.1f}", f"{one.confidence:.3f}")
    return table


def _kinds(found: Challenge) -> Table:
    table = Table("类 kind", "样本 cases", "违约率 bad", "主要原因 what sets it apart (log-odds)", title="风险类型 kinds of risk")
    for one in found.kinds:
        leads = ", ".join(f"{feature} {change:+.2f}" for feature, change in one.leading)
        table.add_row(str(one.number), str(one.cases), f"{one.rate:.1%}", leads)
    return table
