"""The trace of a decision, drawn: access as a list, the limit as bars of its caps, the price as one bar that adds up.

Under each step stand the facts it read, and under each fact where it comes from. Everything is text first and picture second,
so that it reads the same without colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from farthing.domain.decision import Reason
from farthing.domain.evidence import Evidence, EvidenceKind
from farthing.flows.queries.decisions import AccessView, CapView, FactView, PartView
from farthing.web import figures
from farthing.web.charts import PALETTE
from farthing.web.text import Words

MARKS = {"clear": "✓", "fired": "✗", "unknown": "?"}
CSS = """
ol.trace, ul.facts { list-style: none; margin: 0; padding: 0; }
ol.trace > li { padding: 9px 12px; border-left: 4px solid transparent; border-bottom: 1px solid #e3e6ea; }
ol.trace > li.decided { background: #fbf4ec; border-left-color: #7a4a21; }
.mark { display: inline-block; width: 1.5em; font-weight: 700; }
.mark.clear { color: #2c6e49; } .mark.fired { color: #a4262c; } .mark.unknown { color: #8a5c00; }
.tag { font-size: .8rem; border-radius: 6px; padding: 1px 8px; background: #7a4a21; color: white; margin-left: 8px; white-space: nowrap; }
ul.facts { padding: 3px 0 0 1.5em; font-size: .88rem; }
ul.facts li { padding: 1px 0; }
ul.facts b { font-weight: 500; font-variant-numeric: tabular-nums; }
.from { color: #5c646d; font-size: .8rem; }
.cap { display: grid; grid-template-columns: minmax(130px, 200px) 1fr 10.5em; gap: 12px; align-items: center; }
.bar { height: 16px; background: #e9ecef; border-radius: 4px; overflow: hidden; }
.bar > i { display: block; height: 100%; background: #aab2ba; } .bar > i.binds { background: #7a4a21; }
.stack { display: flex; height: 30px; border-radius: 6px; overflow: hidden; gap: 1px; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 3px; margin-right: .6em; }
@media (max-width: 640px) { .cap { grid-template-columns: 1fr auto; } .cap .bar { grid-column: 1 / 3; grid-row: 2; } }
"""


def sources(words: Words, evidence: Iterable[Evidence]) -> dict[EvidenceKind, str]:
    """Kind of evidence to a line on where it came from and how far it reaches; several of a kind are told by the newest day."""
    told: dict[EvidenceKind, str] = {}
    for one in sorted(evidence, key=lambda one: str(one.last_on)):
        told[one.kind] = words("trace.source", kind=words(f"kind.{one.kind}"), source=one.provenance.source, day=figures.day(one.last_on))
    return told


def facts(words: Words, read: Sequence[FactView], told: dict[EvidenceKind, str]) -> Markup:
    """The facts a step read: name, value with unit, and where each comes from."""
    return Markup('<ul class="facts">{}</ul>').format(Markup("").join(_fact(words, fact, told) for fact in read))


def _fact(words: Words, fact: FactView, told: dict[EvidenceKind, str]) -> Markup:
    if fact.source is None:
        source = words("trace.own")
    else:
        source = told.get(fact.source, words(f"kind.{fact.source}"))
        if fact.window_days:
            source = words("trace.window", source=source, days=fact.window_days)
    value = words.pick(fact.value_zh, fact.value_en)
    if not fact.known and fact.missing:
        value = words("trace.missing", value=value, why=words(f"missing.{fact.missing}"))
    name = words.pick(fact.zh, fact.en)
    return Markup('<li>{}{} <b>{}</b> <span class="from">{}</span></li>').format(name, words("colon"), value, source)


def access(words: Words, steps: Sequence[AccessView], told: dict[EvidenceKind, str]) -> Markup:
    """Every rule with its tick, in order; the first that stopped the case is marked."""
    return Markup('<ol class="trace">{}</ol>').format(Markup("").join(_rule(words, step, told) for step in steps))


def _rule(words: Words, step: AccessView, told: dict[EvidenceKind, str]) -> Markup:
    outcome = words(f"outcome.{step.outcome.value}") if step.outcome else ""
    tag = Markup('<span class="tag">{}</span>').format(words("trace.decided", outcome=outcome)) if step.decided else Markup("")
    state = words(f"trace.{step.state}")
    title = words.pick(step.zh, step.en)
    if step.name == "review":
        body = Markup('<ul class="facts"><li>{}{} {}</li></ul>').format(words("trace.note"), words("colon"), step.expression)
        state = ""
    else:
        body = _shown(words, step.expression, facts(words, step.facts, told))
    return Markup(
        '<li class="{decided}"><span class="mark {kind}" title="{state}" aria-hidden="true">{mark}</span>'
        '<span>{title}</span> <span class="from">{state}</span>{tag}{body}</li>'
    ).format(
        decided="decided" if step.decided else "", kind=step.state, mark=MARKS[step.state], state=state, title=title, tag=tag, body=body
    )  # fmt: skip


def _shown(words: Words, expression: str, read: Markup) -> Markup:
    """The facts, and the rule itself one click away."""
    return Markup('{}<details style="padding-left:1.5em"><summary>{}</summary><span class="code">{}</span></details>').format(
        read, words("trace.rule"), expression
    )


def limit(words: Words, caps: Sequence[CapView], told: dict[EvidenceKind, str]) -> Markup:
    """Bars of the caps, the shortest in colour; it is the limit before rounding."""
    return Markup('<ol class="trace">{}</ol>').format(Markup("").join(_cap(words, cap, told) for cap in caps))


def _cap(words: Words, cap: CapView, told: dict[EvidenceKind, str]) -> Markup:
    tag = Markup('<span class="tag">{}</span>').format(words("trace.binds")) if cap.binds else Markup("")
    name = words(f"cap.{cap.name}") if words.knows(f"cap.{cap.name}") else words.pick(cap.zh, cap.en)
    bar = Markup('<div class="bar"><i class="{}" style="width:{}%"></i></div>').format("binds" if cap.binds else "", width(cap.share_ppm))
    top = Markup('<div class="cap"><span>{}{}</span>{}<span class="number">{}</span></div>').format(
        name, tag, bar, figures.money(cap.amount_fen)
    )
    return Markup('<li class="{}">{}{}</li>').format(
        "decided" if cap.binds else "", top, _shown(words, cap.expression, facts(words, cap.facts, told))
    )


def width(share_ppm: int) -> str:
    """A bar's width in per cent, never so thin that it vanishes."""
    return f"{max(share_ppm / 10_000, 0.6):.1f}"


def price(words: Words, parts: Sequence[PartView], told: dict[EvidenceKind, str]) -> Markup:
    """One bar of the parts that raise the rate, then every part with its figure; the sum stands below."""
    rising = [(part, PALETTE[i % len(PALETTE)]) for i, part in enumerate(parts)]
    whole = sum(part.units or 0 for part, _ in rising if (part.units or 0) > 0)
    bar = Markup("").join(
        Markup('<i style="background:{};width:{}%" title="{}"></i>').format(
            colour, f"{(part.units or 0) * 100 / whole:.2f}", words.pick(part.zh, part.en)
        )
        for part, colour in rising
        if (part.units or 0) > 0
    )
    items = Markup("").join(_part(words, part, colour, told) for part, colour in rising)
    return Markup('<div class="stack" aria-hidden="true">{}</div><ol class="trace">{}</ol>').format(bar, items)


def _part(words: Words, part: PartView, colour: str, told: dict[EvidenceKind, str]) -> Markup:
    percent = words("trace.unknown") if part.units is None else f"{part.percent} %"
    head = Markup(
        '<div class="cap" style="grid-template-columns:1fr auto"><span><span class="swatch" style="background:{}"></span>{}</span>'
        '<span class="number">{}</span></div>'
    ).format(colour, words.pick(part.zh, part.en), percent)
    return Markup("<li>{}{}</li>").format(head, _shown(words, part.expression, facts(words, part.facts, told)))


def reasons(words: Words, told: Sequence[Reason]) -> Markup:
    """At most four, in order."""
    items = Markup("").join(Markup('<li style="padding:3px 0">{}</li>').format(words.pick(one.zh, one.en)) for one in told)
    return Markup('<ol style="padding-left:1.2em;list-style:decimal">{}</ol>').format(items)
