"""Whose frauds a model learned from, and what follows for what its card may say: made-up worlds', or the bank's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose cases a model learned from, in both languages: on what it was judged, what its share of frauds rests on, what it cannot."""

    split: tuple[str, str]
    rate: tuple[str, str]
    where: tuple[str, str]
    cannot: tuple[str, ...]


_SHARED = (
    "共用设备或联系方式本身不是欺诈：家人、邻居、代办人也会共用，须由人核实。 "
    "Sharing a device or a contact is no fraud in itself: families, neighbours and agents do; a person must look."
)
MADE_UP = Origin(
    ("未参与拟合的虚构经济", "Worlds that took no part in fitting"),
    ("使用处的假设，未经测量", "Assumed where the model is used, not measured"),
    ("在未参与训练的虚构经济中区分已知欺诈", "In made-up worlds it never saw it tells planted frauds"),
    (
        "没有见过任何真实欺诈：训练与检验都在虚构经济中，真实欺诈会躲避已知迹象。 "
        "It has seen no real fraud: fitted and tested on made-up worlds, whose frauds do not learn to hide from it.",
        "概率以假设的欺诈率为准，该假设未经检验；用于真实客户前须用本行确认的案件重新训练。 "
        "Its chances rest on an assumed rate of fraud that nothing here tests; develop it on the bank's own confirmed cases before it is "
        "used.",
        _SHARED,
    ),
)
OWN = Origin(
    ("分组交叉验证，相互关联的案件不拆开", "Cross-validated by group, cases tied to each other never parted"),
    ("本行确认的案件占所知客户的比例，或所设定的比例", "The share of confirmed cases among all that are known, or as stated"),
    ("在没有参与拟合的本行案件中区分欺诈", "Of the bank's own cases that took no part in a fit it tells frauds"),
    (
        "没有发现的欺诈被当作诚信：只能找到与已发现者相像的。 "
        "Frauds that nobody found count as honest: it finds what is like those that were found.",
        "没有跨时间检验：新的手法须先做成规则。 No test out of time: what is new is for a rule first.",
        _SHARED,
    ),
)
