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
.cap .tag { margin-left: 0; display: inline-block; }
ul.facts { padding: 3px 0 0 1.5em; font-size: .88rem; }
ul.facts li { padding: 1px 0; }
ul.facts b { font-weight: 500; font-variant-numeric: tabular-nums; }
.from { color: #5c646d; font-size: .8rem; }
.under { padding: 2px 0 2px 1.5em; }
ol.trace summary { color: inherit; font-size: inherit; list-style: none; }
ol.trace summary::-webkit-details-marker { display: none; }
ol.trace .cap + details > summary::after { content: " ▸"; color: #5c646d; }
ol.trace .cap + details[open] > summary::after { content: " ▾"; }
ol.trace .cap + details > summary { color: #5c646d; font-size: .85rem; }
.values { display: block; padding-left: 1.9em; font-size: .85rem; font-variant-numeric: tabular-nums; color: #5c646d; }
details[open] > summary > .values { display: none; }
.cap { display: grid; grid-template-columns: minmax(110px, 190px) 1fr 8.5em; gap: 12px; align-items: center; }
.bar { height: 16px; background: #e9ecef; border-radius: 4px; overflow: hidden; }
.bar > i { display: block; height: 100%; background: #aab2ba; } .bar > i.binds { background: #7a4a21; }
.stack { display: flex; height: 30px; border-radius: 6px; overflow: hidden; gap: 1px; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 3px; margin-right: .6em; }
@media (max-width: 640px) { .cap { grid-template-columns: minmax(0, 1fr) auto; } .cap .bar { grid-column: 1 / 3; grid-row: 2; } }
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
    """One line: mark, rule, what it read. What lies beneath opens by a touch, and stands open where the rule did not pass."""
    outcome = words(f"outcome.{step.outcome.value}") if step.outcome else ""
    tag = Markup('<span class="tag">{}</span>').format(words("trace.decided", outcome=outcome)) if step.decided else Markup("")
    title = words(f"access.{step.name}") if words.knows(f"access.{step.name}") else words.pick(step.zh, step.en)
    state, values, below = words(f"trace.{step.state}"), _values(words, step.facts), _below(words, step.expression, step.facts, told)
    if step.name == "review":
        state, below = "", Markup('<ul class="facts"><li>{}{} {}</li></ul>').format(words("trace.note"), words("colon"), step.expression)
    return Markup(
        '<li class="{decided}"><details{open}><summary><span class="mark {kind}" aria-hidden="true">{mark}</span>{title} '
        '<span class="from">{state}</span>{tag} <span class="values">{values}</span></summary>{below}</details></li>'
    ).format(
        decided="decided" if step.decided else "", kind=step.state, mark=MARKS[step.state], state=state, title=title, tag=tag,
        values=values, below=below, open="" if step.state == "clear" else Markup(" open"),
    )  # fmt: skip


def _below(words: Words, expression: str, read: Sequence[FactView], told: dict[EvidenceKind, str]) -> Markup:
    """The facts with their sources, and the rule as it is written."""
    return Markup('{}<div class="code under">{}{} {}</div>').format(
        facts(words, read, told), words("trace.rule"), words("colon"), expression
    )


def _folded(words: Words, read: Sequence[FactView], below: Markup, *, unfolded: bool) -> Markup:
    """What a bar rests on, behind its values."""
    values = _values(words, read) or words("trace.rule")
    return Markup("<details{}><summary>{}</summary>{}</details>").format(Markup(" open") if unfolded else "", values, below)


def _values(words: Words, read: Sequence[FactView]) -> str:
    return " · ".join(f"{words.pick(fact.zh, fact.en)} {words.pick(fact.value_zh, fact.value_en)}" for fact in read)


def limit(words: Words, caps: Sequence[CapView], told: dict[EvidenceKind, str]) -> Markup:
    """Bars of the caps, the shortest in colour; it is the limit before rounding."""
    return Markup('<ol class="trace">{}</ol>').format(Markup("").join(_cap(words, cap, told) for cap in caps))


def _cap(words: Words, cap: CapView, told: dict[EvidenceKind, str]) -> Markup:
    tag = Markup('<span class="tag">{}</span>').format(words("trace.binds")) if cap.binds else Markup("")
    name = words(f"cap.{cap.name}") if words.knows(f"cap.{cap.name}") else words.pick(cap.zh, cap.en)
    bar = Markup('<div class="bar"><i class="{}" style="width:{}%"></i></div>').format("binds" if cap.binds else "", width(cap.share_ppm))
    top = Markup('<div class="cap"><span>{} {}</span>{}<span class="number">{}</span></div>').format(
        name, tag, bar, figures.money(cap.amount_fen)
    )
    below = _folded(words, cap.facts, _below(words, cap.expression, cap.facts, told), unfolded=cap.binds)
    return Markup('<li class="{}">{}{}</li>').format("decided" if cap.binds else "", top, below)


def width(share_ppm: int) -> str:
    """A bar's width in per cent, never so thin that it vanishes."""
    return f"{max(share_ppm / 10_000, 0.6):.1f}"


def price(words: Words, parts: Sequence[PartView], told: dict[EvidenceKind, str]) -> Markup:
    """One bar of the parts that raise the rate, then every part with its figure; the sum stands below."""
    rising = [(part, PALETTE[i % len(PALETTE)]) for i, part in enumerate(parts) if part.units != 0]
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
        '<div class="cap" style="grid-template-columns:1fr auto"><span><span class="swatch" style="background:{}"></span>'
        '{} <span class="code">{}</span></span>'
        '<span class="number">{}</span></div>'
    ).format(colour, words.pick(part.zh, part.en), "" if part.facts else part.expression, percent)
    if not part.facts:
        return Markup("<li>{}</li>").format(head)
    return Markup("<li>{}{}</li>").format(
        head, _folded(words, part.facts, _below(words, part.expression, part.facts, told), unfolded=False)
    )


def reasons(words: Words, told: Sequence[Reason]) -> Markup:
    """At most four, in order."""
    items = Markup("").join(Markup('<li style="padding:3px 0">{}</li>').format(words.pick(one.zh, one.en)) for one in told)
    return Markup('<ol style="padding-left:1.2em;list-style:decimal">{}</ol>').format(items)
