"""A house drawn: its value as an interval with the claims on it, how much of it is lent, and how its value went.

Text first and picture second, so that it reads the same without colours.
"""

from __future__ import annotations

from markupsafe import Markup

from farthing.flows.queries.houses import HouseView
from farthing.web import charts, figures
from farthing.web.charts import Figures, Picture
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.theme import ACCENT, BAD, GOOD, INK, LINE, MUTED, WAIT

PPM, NEAR_PPM = 1_000_000, 900_000
CSS = f"""
.span {{ position: relative; height: 46px; background: #f1f2f4; border-radius: 6px; overflow: hidden; }}
.span > i {{ position: absolute; top: 0; bottom: 0; display: block; }}
.span > i.band {{ background: #d9b48f; top: 6px; bottom: 22px; border-radius: 4px; }}
.span > i.mid {{ background: {ACCENT}; width: 3px; top: 2px; bottom: 18px; margin-left: -1px; }}
.span > i.prior {{ background: {MUTED}; top: 28px; bottom: 5px; }}
.span > i.loan {{ background: #4f7390; top: 28px; bottom: 5px; min-width: 3px; }}
.span > i.most {{ border-left: 2px dashed {INK}; width: 0; }}
.meter {{ position: relative; height: 20px; background: #f1f2f4; border-radius: 10px; overflow: hidden; }}
.meter > i {{ position: absolute; top: 0; bottom: 0; left: 0; display: block; }}
.meter > i.most {{ border-left: 2px dashed {INK}; width: 0; }}
ul.key {{ list-style: none; margin: 0; padding: 0; font-size: .88rem; }}
ul.key li {{ display: flex; gap: 8px; align-items: baseline; padding: 3px 0; border-bottom: 1px solid {LINE}; }}
ul.key li b {{ margin-left: auto; font-weight: 500; font-variant-numeric: tabular-nums; white-space: nowrap; }}
ul.key i {{ flex: none; width: .9em; height: .9em; border-radius: 3px; align-self: center; }}
"""


def interval(words: Words, view: HouseView) -> Markup:
    """The value from its lower to its upper end, its middle, what may be lent at most, and the claims laid under it."""
    value, state = view.state.valuation, view.state
    assert value is not None, "drawn once a house is valued"
    prior = state.lien.prior_fen if state.lien else 0
    owed = max(view.line.owed_fen, 0) if view.line is not None else 0
    whole = max(value.high_fen, prior + owed) * 21 // 20

    def at(fen: int) -> str:
        return f"{fen * 100 / whole:.2f}%"

    marks = [Markup('<i class="band" style="left:{};width:{}"></i>').format(at(value.low_fen), at(value.high_fen - value.low_fen))]
    marks.append(Markup('<i class="mid" style="left:{}"></i>').format(at(value.mid_fen)))
    keys = [
        ("#d9b48f", words("house.value.low_to_high"), f"{figures.money(value.low_fen)} – {figures.money(value.high_fen)}"),
        (ACCENT, words("house.value.mid"), figures.money(value.mid_fen)),
    ]
    if prior:
        marks.append(Markup('<i class="prior" style="left:0;width:{}"></i>').format(at(prior)))
        keys.append((MUTED, words("house.prior"), figures.money(prior)))
    if view.line is not None:
        if owed:
            marks.append(Markup('<i class="loan" style="left:{};width:{}"></i>').format(at(prior), at(owed)))
        marks.append(Markup('<i class="most" style="left:{}"></i>').format(at(value.low_fen * view.ltv_ppm // PPM)))
        keys.append(("#4f7390", words("house.owed"), figures.money(owed)))
        keys.append((INK, words("house.most", share=figures.share(view.ltv_ppm, 0)), figures.money(value.low_fen * view.ltv_ppm // PPM)))
    items = (Markup('<li><i style="background:{}"></i>{}<b>{}</b></li>').format(*key) for key in keys)
    said = words("house.value.said", low=figures.money(value.low_fen), mid=figures.money(value.mid_fen), high=figures.money(value.high_fen))
    return Markup('<div class="span" role="img" aria-label="{}">{}</div><ul class="key" style="margin-top:10px">{}</ul>').format(
        said, Markup("").join(marks), Markup("").join(items)
    )


def gauge(words: Words, view: HouseView) -> Markup:
    """What is owed, with what comes before it, as a share of the lending value; the dashes stand at the most that is lent."""
    share = view.loan_ppm or 0
    colour = BAD if share > view.ltv_ppm else WAIT if share * PPM > view.ltv_ppm * NEAR_PPM else GOOD
    said = words("house.ltv.said", share=figures.share(share, 1), most=figures.share(view.ltv_ppm, 0))
    bar = Markup(
        '<div class="meter" role="img" aria-label="{}"><i style="width:{}%;background:{}"></i><i class="most" style="left:{}%"></i></div>'
    )
    return bar.format(said, f"{min(share / 10_000, 100):.1f}", colour, f"{view.ltv_ppm / 10_000:.1f}")


def caps(words: Words, view: HouseView) -> Markup:
    """The caps of a raise as bars, the one that binds in colour: the answer to 'why not more?'."""
    assert view.room is not None, "drawn where a raise is thinkable"
    widest = max((cap.fen for cap in view.room.caps), default=0) or 1
    items = []
    for cap in view.room.caps:
        binds = cap == view.room.binding
        tag = Markup('<span class="tag">{}</span>').format(words("trace.binds")) if binds else Markup("")
        bar = Markup('<div class="bar"><i class="{}" style="width:{}%"></i></div>').format(
            "binds" if binds else "", f"{max(cap.fen * 100 / widest, 0.6):.1f}"
        )
        body = Markup('<div class="cap"><span>{} {}</span>{}<span class="number">{}</span></div>').format(
            words(f"house.cap.{cap.name}"), tag, bar, figures.money(cap.fen)
        )
        items.append(Markup('<li class="{}">{}</li>').format("decided" if binds else "", body))
    return Markup('<ol class="trace">{}</ol>').format(Markup("").join(items))


def history(words: Words, view: HouseView) -> Picture:
    """Each value by its day: lower end, middle, upper end."""
    found = view.state.valuations
    daily = tuple({one.valued_on: one for one in found}.values())  # the last of a day counts
    days = [figures.day(one.valued_on) for one in daily]
    names = (words("house.value.low"), words("house.value.mid"), words("house.value.high"))
    ends = ([one.low_fen for one in daily], [one.mid_fen for one in daily], [one.high_fen for one in daily])
    series = {name: [figures.wan(fen) for fen in values] for name, values in zip(names, ends, strict=True)}
    columns = [
        Column(words("word.day")),
        Column(words("house.method")),
        *(Column(name, right=True) for name in names),
        Column(words("house.evidence")),
    ]
    rows: list[list[Cell]] = [
        [
            figures.day(one.valued_on), words(f"house.method.{one.method}"), *map(figures.money, (one.low_fen, one.mid_fen, one.high_fen)),
            words("list").join(one.evidence),
        ]
        for one in reversed(found)
    ]  # fmt: skip
    note = words("house.history.note", day=figures.day(view.today))
    options = charts.over_time(days, series, words("unit.wan"))
    return Picture(words("house.history"), note, options, Figures(columns, rows), view.state.synthetic, label="house.synthetic")
