"""Who runs the business: what the owner answered, how they use the bank's app, their devices and contact points.

Age, birth year and home county are not features: a price or a refusal may not follow from them.
"""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.dealings import loyalty
from farthing.features.family.templates import Measure, Part, Stream, ends, growth, level, parts, rhythm, shape, tally

PROFILE = Stream("profile", "profile", "经营者问卷", "answer of the owner", "answers of the owner")
APP = Stream("app", "app", "使用手机银行", "day in the bank's app", "days in the bank's app")
DEVICE = Stream("device", "device", "设备登录", "day of a device", "days of devices")
CONTACT = Stream("contact", "contact", "联系方式", "statement of a contact point", "statements of contact points")
SESSIONS = Measure(APP, "amount", "app_sessions", "count", "手机银行使用次数", "sessions in the bank's app")
SECONDS = Measure(APP, "seconds", "app_seconds", "second", "手机银行使用秒数", "seconds in the bank's app")
ACTIONS = Measure(APP, "actions", "app_actions", "count", "手机银行操作次数", "actions in the bank's app")
SEEN = Measure(DEVICE, "amount", "device_acts", "count", "设备操作次数", "acts on devices")

_ANSWERED = (
    ("schooling", "grade", "受教育程度（0无至5本科及以上）", "Schooling of the owner (0 none to 5 degree)"),
    ("trade_months", "months", "本行业从业月数", "Months in this trade"),
    ("business_months", "months", "本企业经营月数", "Months in this business"),
    ("employees", "count", "雇员人数", "Number of employees"),
    ("certified", "count", "持有从业资格（1是）", "Holds a certificate of the trade (1 yes)"),
    ("keeps_books", "count", "有记账（1是）", "Keeps books (1 yes)"),
    ("separate_account", "count", "公私账户分开（1是）", "Keeps a separate business account (1 yes)"),
    ("plans_ahead", "count", "有经营计划（1是）", "Plans ahead (1 yes)"),
    ("owned", "count", "自有经营场所（1是）", "Owns the premises (1 yes)"),
    ("rented", "count", "租赁经营场所（1是）", "Rents the premises (1 yes)"),
)
_MAYBE = (
    ("address_months", "months", "现址居住月数", "Months at the present address"),
    ("dependants", "count", "供养人数", "Number of dependants"),
    ("training_days", "days", "培训天数", "Days of training"),
)
ANSWERS: tuple[Row, ...] = (
    *((f"owner_{column}", f"{unit} all", "total", f"latest profile.{column} all", zh, en) for column, unit, zh, en in _ANSWERED),
    *(
        (f"owner_{column}", f"{unit} all", "mean", f"latest profile.{column} all; latest profile.{column}_told all", zh, en)
        for column, unit, zh, en in _MAYBE
    ),
    (
        "owner_business_trade_share",
        "share all",
        "share",
        "latest profile.business_months all; latest profile.trade_months all",
        "本企业经营月数占从业月数比例",
        "Months in this business over months in this trade",
    ),
    ("owner_answers_24m", "count 24m", "total", "sum profile.count 24m", "近24个月问卷次数", "Times the owner answered, last 24 months"),
    (
        "days_since_owner_answered",
        "days all",
        "total",
        "last profile.day all",
        "距最近一次问卷的天数",
        "Days since the owner last answered",
    ),
)

_OF_APP = (
    Part("night", "amount", "night", "夜间（23点至5点）使用次数占比", "sessions begun from 23:00 to 5:00"),
    Part("weekend", "amount", "weekend", "周末使用次数占比", "sessions on Saturdays and Sundays"),
)
_PACE: tuple[Row, ...] = tuple(
    (
        f"app_{key}_{window}",
        f"ratio {window}",
        "share",
        f"sum app.{part} {window}; sum app.amount {window}",
        f"近{window[:-1]}个月每次使用手机银行{zh}",
        f"{en} in a session of the bank's app, last {window[:-1]} months",
    )
    for key, part, zh, en in (("session_seconds", "seconds", "秒数", "Seconds"), ("session_actions", "actions", "操作次数", "Actions"))
    for window in ("3m", "12m", "24m")
)
_ACTS = tuple(
    Part(act, "amount", act, f"设备{zh}操作占比", f"acts on devices that {en}")
    for act, zh, en in (
        ("login", "登录", "log in"),
        ("apply", "申请", "apply"),
        ("draw", "支用", "draw"),
        ("repay", "还款", "repay"),
        ("change", "变更资料", "change particulars"),
    )
)
_DEVICES = ("设备", "device", "devices")


def _how_many(side: str, key: str, zh: str, en: str) -> tuple[Row, ...]:
    return tuple(
        (
            f"{key}_{window}",
            f"count {window}",
            "total",
            f"partners {side}.partner {window}",
            f"近{window[:-1]}个月{zh}数",
            f"Number of {en}, last {window[:-1]} months",
        )
        for window in ("1m", "3m", "6m", "12m", "24m")
    )


FEATURES = (
    *define(ANSWERS, EvidenceKind.OWNER_PROFILE),
    *define(
        (
            *level(SESSIONS),
            *growth(SESSIONS),
            *shape(SESSIONS),
            *level(SECONDS),
            *growth(SECONDS),
            *level(ACTIONS),
            *growth(ACTIONS),
            *rhythm(APP, daily=True),
            *parts(APP, _OF_APP),
            *_PACE,
        ),
        EvidenceKind.APP_USAGE,
    ),
    *define(
        (
            *level(SEEN),
            *growth(SEEN),
            *rhythm(DEVICE),
            *parts(DEVICE, _ACTS, ("1m", "3m", "12m")),
            *parts(
                DEVICE,
                (Part("rooted", "rooted_told", "rooted", "越狱或破解设备占比", "device days on a rooted device"),),
                ("3m", "12m", "all"),
            ),
            *_how_many("device", "devices", "使用过的设备", "devices used"),
            *loyalty(DEVICE, "device_used", _DEVICES),
        ),
        EvidenceKind.DEVICE,
    ),
    *define(
        (
            *tally(
                CONTACT,
                (
                    ("count", "申报联系方式次数", "statements of contact points"),
                    ("phone", "申报电话次数", "phone numbers stated"),
                    ("address", "申报地址次数", "addresses stated"),
                    ("bank_card", "申报银行卡次数", "bank cards stated"),
                    ("email", "申报邮箱次数", "e-mail addresses stated"),
                    ("emergency", "申报紧急联系人次数", "emergency contacts stated"),
                    ("own", "申报本人联系方式次数", "own contact points stated"),
                    ("business", "申报业务联系人次数", "business contacts stated"),
                ),
                ("3m", "12m", "all"),
            ),
            *parts(
                CONTACT,
                (Part("verified", "verified_told", "verified", "已核验联系方式占比", "contact points that were verified"),),
                ("12m", "all"),
            ),
            *_how_many("contact", "contact_points", "申报过的联系点", "contact points stated"),
            *ends(CONTACT),
        ),
        EvidenceKind.CONTACT_POINT,
    ),
)
