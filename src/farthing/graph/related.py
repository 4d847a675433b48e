"""Is this party a 关系人 of the bank? Insiders, their close relatives, and the companies they hold, control or run (RP-01, RP-02).

The index walks outward from the insiders once; a question about one party is then a look-up. All integers, parts per million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain import canon
from farthing.domain.ids import Id
from farthing.domain.party import RelatedFinding, Relation, RelationKind
from farthing.domain.rate import PPM

Path: TypeAlias = tuple[str, ...]
"""From a party to an insider: (party, relation, party, ..., insider)."""

INSIDER, RELATIVE, POST, HOLDING, LOOK_THROUGH = (
    "RP-01/insider",
    "RP-02/close_relative",
    "RP-01/senior_post",
    "RP-01/holding",
    "RP-01/look_through",
)
NONE = "none"
GROUNDS: dict[str, tuple[str, str]] = {
    INSIDER: ("商业银行法第四十条：本行董事、监事、管理人员或信贷业务人员", "Commercial Bank Law Art. 40: an insider of the bank"),
    RELATIVE: (
        "商业银行法第四十条、民法典第一千零四十五条：内部人近亲属",
        "Art. 40 and Civil Code Art. 1045: a close relative of an insider",
    ),
    POST: ("商业银行法第四十条：内部人或其近亲属担任高级管理职务", "Art. 40: an insider or close relative holds a senior post there"),
    HOLDING: ("商业银行法第四十条：内部人或其近亲属投资或控制", "Art. 40: an insider or close relative invests in it or controls it"),
    LOOK_THROUGH: (
        "商业银行法第四十条：穿透后由内部人或其近亲属持有",
        "Art. 40: held by an insider or close relative through other companies",
    ),
    NONE: ("未发现关联关系", "No relation to the bank's insiders found"),
}
LOOK_THROUGH_PPM = 50_000
"""Effective share from which an indirect holding counts (RP-08: 5 %); a direct one counts whatever its size."""
MAX_HOPS = 6

_INVERSE = {
    RelationKind.SPOUSE: RelationKind.SPOUSE,
    RelationKind.SIBLING: RelationKind.SIBLING,
    RelationKind.PARENT: RelationKind.CHILD,
    RelationKind.CHILD: RelationKind.PARENT,
    RelationKind.GRANDPARENT: RelationKind.GRANDCHILD,
    RelationKind.GRANDCHILD: RelationKind.GRANDPARENT,
}
_POSTS = frozenset({RelationKind.DIRECTOR, RelationKind.SUPERVISOR, RelationKind.MANAGER, RelationKind.SENIOR_POST})
# Two declared steps that make a close relative: my parent's parent, my child's child, my parent's other child.
_COMPOSED = (
    (RelationKind.PARENT, RelationKind.PARENT),
    (RelationKind.CHILD, RelationKind.CHILD),
    (RelationKind.PARENT, RelationKind.CHILD),
)


@dataclass(frozen=True, slots=True)
class RelatedIndex:
    """Everyone related to the bank, each with the nearest path and its ground; built once per `graph_digest`."""

    found: Mapping[Id, tuple[Path, str]]
    relations: int
    graph_digest: str


@dataclass(frozen=True, slots=True)
class _Ties:
    """The relations by what they do: kin (who stands how to whom), posts, and holdings with their weight."""

    kin: Mapping[Id, Sequence[tuple[RelationKind, Id]]]
    posts: Mapping[Id, Sequence[tuple[RelationKind, Id]]]
    holdings: Mapping[Id, Sequence[tuple[RelationKind, Id, int]]]


def find(index: RelatedIndex, party: Id) -> RelatedFinding:
    """The finding no decision lacks: the hit with its path and ground, or how many relations were examined without one."""
    path, ground = index.found.get(party, ((), NONE))
    return RelatedFinding(bool(path), path, ground, index.relations, index.graph_digest)


def build(relations: Sequence[Relation], insiders: Sequence[Id]) -> RelatedIndex:
    """Walk from the insiders: themselves, close relatives, what these run or hold, and what that holds in turn."""
    ties = _ties(relations)
    found: dict[Id, tuple[Path, str]] = {insider: ((insider,), INSIDER) for insider in sorted(insiders)}
    circles = [_circle(ties, insider) for insider in sorted(insiders)]
    for circle in circles:
        for person, path in circle.items():
            found.setdefault(person, (path, RELATIVE))
    for circle in circles:
        _companies(ties, circle, found)
    for circle in circles:
        _look_through(ties, circle, found)
    return RelatedIndex(found, len(relations), graph_digest(relations, insiders))


def graph_digest(relations: Sequence[Relation], insiders: Sequence[Id]) -> str:
    """Names the graph whatever the order it is told in."""
    told = sorted((one.source, one.kind.value, one.target, -1 if one.share_ppm is None else one.share_ppm) for one in relations)
    return canon.digest([sorted(insiders), told]).hex()


def _ties(relations: Sequence[Relation]) -> _Ties:
    kin: dict[Id, list[tuple[RelationKind, Id]]] = defaultdict(list)
    posts: dict[Id, list[tuple[RelationKind, Id]]] = defaultdict(list)
    holdings: dict[Id, list[tuple[RelationKind, Id, int]]] = defaultdict(list)
    for one in sorted(relations, key=lambda one: (one.source, one.target, one.kind.value, one.share_ppm or 0)):
        if one.kind in _INVERSE:
            kin[one.target].append((one.kind, one.source))
            kin[one.source].append((_INVERSE[one.kind], one.target))
        elif one.kind in _POSTS:
            posts[one.source].append((one.kind, one.target))
        elif one.kind in (RelationKind.HOLDS, RelationKind.CONTROLS) and one.share_ppm != 0:
            holdings[one.source].append((one.kind, one.target, _weight(one)))
    return _Ties(kin, posts, holdings)


def _weight(relation: Relation) -> int:
    """What a holding passes on: all of it under control or an unknown share (err to a hit), else the share."""
    share = relation.share_ppm
    return PPM if relation.kind is RelationKind.CONTROLS or share is None or share > PPM // 2 else share


def _circle(ties: _Ties, insider: Id) -> dict[Id, Path]:
    """The insider and the eight kinds of close relative, each with the path to the insider."""
    circle: dict[Id, Path] = {insider: (insider,)}
    for kind, relative in ties.kin.get(insider, ()):
        circle.setdefault(relative, (relative, kind.value, insider))
    for first, second in _COMPOSED:
        for middle in _standing(ties, insider, first):
            for relative in _standing(ties, middle, second):
                circle.setdefault(relative, (relative, second.value, middle, first.value, insider))
    return circle


def _standing(ties: _Ties, party: Id, kind: RelationKind) -> Iterator[Id]:
    return (other for how, other in ties.kin.get(party, ()) if how is kind)


def _companies(ties: _Ties, circle: Mapping[Id, Path], found: dict[Id, tuple[Path, str]]) -> None:
    for person, path in circle.items():
        for kind, company, _ in ties.holdings.get(person, ()):
            found.setdefault(company, ((company, _held(kind), *path), HOLDING))
        for kind, company in ties.posts.get(person, ()):
            found.setdefault(company, ((company, _run(kind), *path), POST))


def _look_through(ties: _Ties, circle: Mapping[Id, Path], found: dict[Id, tuple[Path, str]]) -> None:
    """Effective share = product along a chain, summed over chains of at most MAX_HOPS; each product rounds up, to err to a hit."""
    total: dict[Id, int] = defaultdict(int)
    paths: dict[Id, Path] = dict(circle)
    frontier: dict[Id, int] = dict.fromkeys(circle, PPM)
    for _ in range(MAX_HOPS):
        following: dict[Id, int] = defaultdict(int)
        for holder, share in frontier.items():
            for kind, company, weight in ties.holdings.get(holder, ()):
                following[company] = min(PPM, following[company] - (-share * weight // PPM))
                paths.setdefault(company, (company, _held(kind), *paths[holder]))
        for company, share in following.items():
            total[company] += share
            if total[company] >= LOOK_THROUGH_PPM:
                found.setdefault(company, (paths[company], LOOK_THROUGH))
        frontier = following


def _held(kind: RelationKind) -> str:
    return "controlled_by" if kind is RelationKind.CONTROLS else "held_by"


def _run(kind: RelationKind) -> str:
    return f"{kind.value}_is"
