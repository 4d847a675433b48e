"""The validation as pictures: how it separates, how true its probabilities are, and whether it lasted month by month."""

from __future__ import annotations

from nicegui import ui

from farthing.domain.model_card import Curve, ModelCard
from farthing.web import charts
from farthing.web.charts import Figures, Options, Picture
from farthing.web.tables import Cell, Column
from farthing.web.text import Words

PPM = 1_000_000


def draw(words: Words, card: ModelCard) -> None:
    """Each curve that the card carries, with its table."""
    if not card.curves:
        return
    with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
        for curve in card.curves:
            x, y = _axis(curve), [value / PPM for value in curve.y]
            columns = [Column(words(f"curve.{curve.name}.x"), right=True), Column(words(f"curve.{curve.name}.y"), right=True)]
            rows: list[list[Cell]] = [[at, f"{value:.3f}"] for at, value in zip(x, y, strict=True)]
            title, note = words(f"curve.{curve.name}"), words(f"curve.{curve.name}.note")
            charts.draw(Picture(title, note, _drawn(words, curve), Figures(columns, rows), card.synthetic, label="synthetic.data"), words)


def _drawn(words: Words, curve: Curve) -> Options:
    """Shares against shares where both are, else a row of steps beside what all of them come to."""
    name = words(f"curve.{curve.name}.y")
    if curve.name in ("roc", "calibration"):
        x, y = ([round(100 * value / PPM, 2) for value in side] for side in (curve.x, curve.y))
        return charts.against(x, {name: y, words(f"curve.{curve.name}.beside"): x})
    beside = {words("curve.lift.beside"): [1.0] * len(curve.x)} if curve.name == "lift" else {}
    return charts.lines(_axis(curve), {name: [round(value / PPM, 3) for value in curve.y]} | beside, "")


def _axis(curve: Curve) -> list[str]:
    if curve.name == "auc_by_month":
        return [f"{month // 100}-{month % 100:02d}" for month in curve.x]
    return [f"{100 * value / PPM:.1f} %" for value in curve.x]
