"""The validation report of a model, made from its card alone: the same card is the same report, on a page and on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from farthing.domain.errors import NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import Curve, Measure, ModelCard
from farthing.domain.staff import Actor
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.ports import House
from farthing.flows.queries.model.paper import Both, Grid, Head, Line, Part, Plot, Said, Say, Section, Text, both, grouped
from farthing.flows.queries.model.readers import READERS
from farthing.models.artefact import decode, kind_of
from farthing.models.fraud.signs import MEASURE_WORDS
from farthing.models.scorecard import Scorecard

PPM = 1_000_000
_PATTERNS = ("at_1pct", "false_sales", "false_sales_third_month", "alone", "gang", "circle_third_month")
SEPARATES = (
    "auc", "auc_delong", "ks", "baseline_auc", "baseline_ks", "auc_less_baseline", *(f"recall_{name}" for name in _PATTERNS), "plain_auc",
    *(f"plain_recall_{name}" for name in _PATTERNS), "used_auc", *(f"used_recall_{name}" for name in ("at_1pct", "alone", "gang")),
)  # fmt: skip
SHOWN = ("roc", "ks", "gains", "lift")
CALIBRATES = (
    "brier", "calibration_error", "calibration_intercept", "calibration_slope", "target_bad_rate", "whole_rate", "fraud_rate", "look_from",
    "stop_from",
)  # fmt: skip
_KINDS = frozenset(kind.value for kind in EvidenceKind)
MOST_LOST = "0.010"
"""So much AUC a model may lose with any one source missing."""


@dataclass(frozen=True, slots=True)
class Report:
    """A model's report: what it is, then a section a question."""

    card: ModelCard
    facts: tuple[tuple[Text, Text], ...]
    sections: tuple[Section, ...]


def report(house: House, actor: Actor, model: Id) -> Report:
    """The report of a model by id; `NotFound` if there is none."""
    require(actor, *READERS)
    found = house.registry.model(model)
    if found is None:
        raise NotFound("no_model", f"There is no model {model[:40]!r}.", "List models to see their ids: farthing model list.")
    return report_of(*found)


def report_of(card: ModelCard, artefact: bytes) -> Report:
    """The report of a card and its artefact."""
    names, told = _names(card, artefact), _Told(card.measures)
    sections = (
        Section(Say("report.verdict"), (Said(Say("models.supports"), tuple(map(both, card.supports))),
                                        Said(Say("models.cannot"), tuple(map(both, card.cannot_support))))),
        Section(Say("report.separation"), (*_measures(told, SEPARATES, "report.separation"), *_plots(card, SHOWN))),
        Section(Say("report.calibration"), (*_measures(told, CALIBRATES, "report.calibration"), *_calibration(card, told))),
        Section(Say("report.months"), _months(card, told)),
        Section(Say("report.swap"), _swap(told)),
        Section(Say("report.fairness"), _fairness(told)),
        Section(Say("report.reject"), _reject(told)),
        Section(Say("report.leaks"), _leaks(told, names)),
        Section(Say("report.stress"), _stress(told)),
        Section(Say("report.reads"), _reads(card, told, names)),
    )  # fmt: skip
    return Report(card, _facts(card, artefact), sections)


class _Told:
    """A card's measures, found by name."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures = {one.name: one for one in measures}

    def get(self, name: str) -> Measure | None:
        return self._measures.get(name)

    def under(self, prefix: str) -> list[tuple[str, Measure]]:
        """Those whose name begins so, by what follows."""
        return [(name.removeprefix(prefix), one) for name, one in self._measures.items() if name.startswith(prefix)]


def _names(card: ModelCard, artefact: bytes) -> Mapping[str, Text]:
    frozen = decode(artefact)
    own = frozen.attributes if isinstance(frozen, Scorecard) else ()
    named: dict[str, Text] = {name: Both(CATALOGUE[name].zh, CATALOGUE[name].en) for name in card.features if name in CATALOGUE}
    around: dict[str, Text] = {name: Both(*words) for name, words in MEASURE_WORDS.items() if name in card.features}
    return named | around | {one.feature: Both(one.zh, one.en) for one in own}


def _facts(card: ModelCard, artefact: bytes) -> tuple[tuple[Text, Text], ...]:
    people = card.accountable
    return (
        (Say("report.model"), card.id),
        (Say("report.kind"), Say(f"report.kind.{kind_of(artefact).name}")),
        (Say("inventory.class"), Say(f"inventory.class.{card.model_class.value}")),
        (Say("inventory.market"), card.market),
        (Say("inventory.status"), Say(f"models.{card.status.value}")),
        (Say("report.data"), Say("report.data.told", {"source": both(card.trained_on), "labels": card.labels, "bads": card.bads})),
        (Say("report.as_of"), card.as_of.isoformat()),
        (Say("inventory.owner"), people.owner),
        (Say("inventory.approver"), people.approver),
        (Say("inventory.reviewed"), card.reviewed_on.isoformat() if card.reviewed_on else Say("report.not_yet")),
        (Say("inventory.valid"), card.valid_until.isoformat() if card.valid_until else Say("inventory.no_end")),
        (Say("report.artefact"), card.artefact),
        (Say("report.data_digest"), card.data_digest),
        (Say("report.reproduce"), card.reproduce or Say("report.reproduce.unknown")),
    )


# ---- sections --------------------------------------------------------------------------------------------------------

_MEASURE = (Head(Say("word.what"), 30), Head(Say("word.value"), 10, right=True), Head(Say("models.interval95"), 16, right=True),
            Head(Say("models.method"), 44, roomy=True))  # fmt: skip


def _measures(told: _Told, wanted: Sequence[str], key: str) -> tuple[Part, ...]:
    found = [(Say(f"measure.{name}"), one) for name in wanted if (one := told.get(name)) is not None]
    if not found:
        return (Said(Say("report.untested"), (Say("report.measures.none"),)),)
    return (Grid(Say(key), _MEASURE, tuple(_row(name, one) for name, one in found)),)


def _row(name: Text, one: Measure) -> tuple[Text, ...]:
    interval = "—" if one.low == one.high else f"{one.low} – {one.high}"
    return name, one.value, interval, both(one.method)


def _note(card: ModelCard) -> Say:
    """What a picture shows, of which day, and whether the people in it ever lived."""
    return Say(
        "report.figure.synthetic" if card.synthetic else "report.figure", {"day": card.as_of.isoformat(), "source": both(card.trained_on)}
    )


def _plots(card: ModelCard, wanted: Sequence[str]) -> Iterator[Plot]:
    for name in wanted:
        for curve in card.curves:
            if curve.name == name:
                yield _plot(card, curve)


def _plot(card: ModelCard, curve: Curve) -> Plot:
    """Shares against shares, beside what no model at all would reach; lift by steps."""
    title, x, y = (Say(f"curve.{curve.name}{end}") for end in ("", ".x", ".y"))
    lines = [Line(y, curve.x, curve.y)]
    if curve.name in ("roc", "gains"):
        lines.append(Line(Say(f"curve.{curve.name}.beside"), (0, PPM), (0, PPM), beside=True))
    marks: tuple[str, ...] = ()
    if curve.name == "lift":
        lines.append(Line(Say("curve.lift.beside"), curve.x, (PPM,) * len(curve.x), beside=True))
        marks = tuple(_percent(one) for one in curve.x)
    some = range(0, len(curve.x), 5) if len(curve.x) > 20 else range(len(curve.x))
    value = _times if curve.name == "lift" else _percent
    rows = tuple((_percent(curve.x[place]), value(curve.y[place])) for place in some)
    return Plot(title, _note(card), x, y, tuple(lines), Grid(title, (Head(x, 30), Head(y, 30, right=True)), rows), marks)


def _calibration(card: ModelCard, told: _Told) -> Iterator[Plot]:
    """Predicted beside observed with its interval, band by band."""
    curve = next((one for one in card.curves if one.name == "calibration"), None)
    bands = [one for _, one in told.under("band_")]
    if curve is None or len(bands) != len(curve.x):
        return
    low, high = (tuple(_ppm(text) for text in side) for side in ([one.low for one in bands], [one.high for one in bands]))
    end = max(curve.x)
    title, x, y = (Say(f"curve.calibration{end_}") for end_ in ("", ".x", ".y"))
    lines = (
        Line(y, curve.x, curve.y), Line(Say("report.low"), curve.x, low, beside=True), Line(Say("report.high"), curve.x, high, beside=True),
        Line(Say("curve.calibration.beside"), (0, end), (0, end), beside=True),
    )  # fmt: skip
    heads = (Head(Say("report.band"), 12), Head(x, 20, right=True), Head(y, 20, right=True),
             Head(Say("models.interval95"), 20, right=True), Head(Say("models.method"), 28, roomy=True))  # fmt: skip
    rows = tuple(
        (str(place), _percent(at), _percent(_ppm(one.value)), f"{_percent(_ppm(one.low))} – {_percent(_ppm(one.high))}", both(one.method))
        for place, (at, one) in enumerate(zip(curve.x, bands, strict=True), 1)
    )
    yield Plot(title, _note(card), x, y, lines, Grid(title, heads, rows))


def _months(card: ModelCard, told: _Told) -> tuple[Part, ...]:
    """AUC and the stability index by month, each with what chance would allow."""
    parts: list[Part] = []
    for name, prefix in (("auc_by_month", "auc_month_"), ("psi_by_month", "psi_month_")):
        curve = next((one for one in card.curves if one.name == name), None)
        if curve is None:
            continue
        found = told.under(prefix)
        title, x, y = (Say(f"curve.{name}{end}") for end in ("", ".x", ".y"))
        marks = tuple(f"{month // 100}-{month % 100:02d}" for month in curve.x)
        rows: tuple[tuple[Text, ...], ...] = tuple((month, *_row(month, one)[1:]) for month, one in found)
        rows = rows or tuple((mark, f"{value / PPM:.3f}", "—", "") for mark, value in zip(marks, curve.y, strict=True))
        heads = (Head(x, 20), Head(y, 16, right=True), Head(Say("models.interval95"), 20, right=True),
                 Head(Say("models.method"), 44, roomy=True))  # fmt: skip
        parts.append(Plot(title, _note(card), x, y, (Line(y, curve.x, curve.y),), Grid(title, heads, rows), marks))
    return tuple(parts) or (Said(Say("report.untested"), (Say("report.months.none"),)),)


def _swap(told: _Told) -> tuple[Part, ...]:
    found = told.under("swap_")
    if not found:
        return (Said(Say("report.untested"), (Say("report.swap.none"),)),)
    rows = tuple(_row(Say(f"swap.{name}"), one) for name, one in found)
    heads = (Head(Say("word.what"), 28), Head(Say("report.bad_rate"), 12, right=True), *_MEASURE[2:])
    return (Grid(Say("report.swap"), heads, rows, Say("report.swap.note")),)


def _fairness(told: _Told) -> tuple[Part, ...]:
    found = told.under("fair_")
    if not found:
        return (Said(Say("report.untested"), (Say("report.fairness.none"),)),)
    heads = (Head(Say("report.group"), 28), Head(Say("report.approved"), 12, right=True), *_MEASURE[2:])
    return (Grid(Say("report.fairness"), heads, tuple(_row(grouped(name), one) for name, one in found), Say("report.fairness.note")),)


def _reject(told: _Told) -> tuple[Part, ...]:
    found = told.under("reject_")
    if not found:
        return (Said(Say("report.untested"), (Say("report.reject.nobody"),)),)
    heads = (
        Head(Say("report.assumption"), 50),
        Head(Say("report.bad_rate"), 14, right=True),
        Head(Say("models.method"), 36, roomy=True),
    )
    rows = tuple((Say(f"reject.{name}"), _percent(_ppm(one.value)), both(one.method)) for name, one in found)
    return (Grid(Say("report.reject"), heads, rows, Say("report.reject.note")),)


def _leaks(told: _Told, names: Mapping[str, Text]) -> tuple[Part, ...]:
    found = told.under("leak_")
    if not found:
        return (Said(Say("report.leaks"), (Say("report.leaks.none"),)),)
    heads = (Head(Say("word.feature"), 50), Head(Say("report.alone"), 16, right=True), Head(Say("models.method"), 34, roomy=True))
    rows = tuple((names.get(name, name), one.value, both(one.method)) for name, one in found)
    return (Grid(Say("report.leaks"), heads, rows, Say("report.leaks.note")),)


def _stress(told: _Told) -> tuple[Part, ...]:
    found = dict(told.under("stress_"))
    codes = list(dict.fromkeys(name.partition(":")[0] for name in found))
    if not codes:
        return (Said(Say("report.untested"), (Say("report.stress.none"),)),)
    heads = (
        Head(Say("report.shock"), 34), Head(Say("report.auc_lost"), 12, right=True), Head(Say("models.interval95"), 18, right=True),
        Head(Say("report.mean_pd"), 14, right=True), Head(Say("report.approved"), 12, right=True), Head(Say("report.within"), 10),
    )  # fmt: skip
    rows = tuple(_shock(code, found) for code in codes)
    return (Grid(Say("report.stress"), heads, rows, Say("report.stress.note", {"most": MOST_LOST})),)


def _shock(code: str, found: Mapping[str, Measure]) -> tuple[Text, ...]:
    lost, mean, approved = (found.get(f"{code}:{name}") for name in ("auc", "pd", "approved"))
    within: Text = (
        "" if lost is None or not code.startswith("without_") else Say("word.yes" if float(lost.value) <= float(MOST_LOST) else "word.no")
    )
    return (
        _shock_name(code), lost.value if lost else "—", f"{lost.low} – {lost.high}" if lost else "—",
        _percent(_ppm(mean.value)) if mean else "—", _percent(_ppm(approved.value)) if approved else "—", within,
    )  # fmt: skip


def _shock_name(code: str) -> Text:
    kind = code.partition("_")[2]
    if code.startswith("without_") and kind in _KINDS:
        return Say("stress.without", {"kind": Say(f"kind.{kind}")})
    if code.startswith("unit_") and kind in _KINDS:
        return Say("stress.unit", {"kind": Say(f"kind.{kind}")})
    if code.startswith(("without_", "unit_")):
        return Say(f"stress.{code.partition('_')[0]}", {"kind": kind})
    return Say(f"stress.{code}")


def _reads(card: ModelCard, told: _Told, names: Mapping[str, Text]) -> tuple[Part, ...]:
    rows: list[tuple[Text, ...]] = []
    for name in card.features:
        chosen, value = told.get(f"chosen_{name}"), told.get(f"iv_{name}")
        how: Text = Say("report.chosen", {"times": chosen.value, "fits": chosen.high}) if chosen else f"IV {value.value}" if value else "—"
        rows.append((names.get(name, name), name, how))
    heads = (Head(Say("word.feature"), 48), Head(Say("report.code"), 30, roomy=True), Head(Say("report.weight"), 22, right=True))
    if all(how == "—" for _, _, how in rows):  # nothing was counted of any
        return (Grid(Say("report.reads"), heads[:2], tuple(row[:2] for row in rows)),)
    return (Grid(Say("report.reads"), heads, tuple(rows)),)


def _ppm(text: str) -> int:
    return round(float(text) * PPM)


def _percent(ppm: int) -> str:
    return f"{ppm / 10_000:.1f} %"


def _times(ppm: int) -> str:
    return f"{ppm / PPM:.2f}"
