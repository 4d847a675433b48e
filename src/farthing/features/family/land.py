"""A farm's ground and cover: parcels held and let, insurance in force, claims and what was paid on them."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.templates import WINDOWS, Measure, Part, Stream, ends, level, parts, size, tally

CLAIMS = Stream("claim", "claim", "保险报案", "insurance claim", "insurance claims")
CLAIMED = Measure(CLAIMS, "amount", "claimed", "fen", "报案金额", "insurance claimed")
PAID = Measure(CLAIMS, "paid", "claim_paid", "fen", "赔付金额", "insurance paid out")
COVERS = Stream("cover", "cover", "保险投保", "insurance policy", "insurance policies")
PREMIUMS = Measure(COVERS, "premium", "premium", "fen", "保费", "premiums")
INSURED = Measure(COVERS, "amount", "insured", "fen", "保额", "sums insured")


def _running(side: str, key: str, zh: str, en: str, columns: tuple[tuple[str, str, str, str], ...]) -> tuple[Row, ...]:
    """What began less what ended: as it stands on the date."""
    return tuple(
        (
            f"{key}_{name}_now",
            f"{unit} all",
            "less",
            f"sum {side}.{column} all; sum {side}_end.{column} all",
            f"现有{zh}{told}",
            f"{told_en} {en}, now",
        )
        for column, unit, (name, told, told_en) in ((one[0], one[1], _WORDS[one[2]]) for one in columns)
    )


_WORDS = {
    "count": ("count", "数", "Number of"),
    "area": ("area", "面积", "Area of"),
    "rent": ("rent", "年租金", "Yearly rent of"),
    "contracted": ("contracted_area", "承包面积", "Contracted area of"),
    "forest": ("forest_area", "林地面积", "Forest area of"),
    "insured": ("insured", "保额", "Sum insured by"),
    "premium": ("premium", "保费", "Premium of"),
    "subsidy": ("subsidy", "保费补贴", "Subsidy to"),
    "crop": ("crop", "种植险保额", "Sum insured for crops by"),
    "livestock": ("livestock", "养殖险保额", "Sum insured for livestock by"),
    "income": ("income", "收入险保额", "Sum insured for income by"),
}
_GROUND = (("count", "count", "count", ""), ("amount", "m2", "area", ""))
_LET = (*_GROUND, ("rent", "fen", "rent", ""))
HELD = (
    *_running(
        "held", "parcels", "确权地块", "parcels held", (*_GROUND, ("contracted", "m2", "contracted", ""), ("forest", "m2", "forest", ""))
    ),
    (
        "parcel_mean_area",
        "m2 all",
        "mean",
        "sum held.amount all; sum held.count all",
        "平均每块确权面积",
        "Mean area of a parcel ever held",
    ),
    (
        "parcel_contracted_share",
        "share all",
        "share",
        "sum held.contracted all; sum held.amount all",
        "承包地占确权面积比例",
        "Share of contracted ground",
    ),
    (
        "parcel_forest_share",
        "share all",
        "share",
        "sum held.forest all; sum held.amount all",
        "林地占确权面积比例",
        "Share of forest in the ground",
    ),
    *list(ends(Stream("held", "parcel", "土地确权", "title to a parcel", "titles")))[:2],
    (
        "parcel_ended_12m",
        "count 12m",
        "total",
        "sum held_end.count 12m",
        "近12个月到期地块数",
        "Number of titles that ran out, last 12 months",
    ),
    ("parcel_ended_area_24m", "m2 24m", "total", "sum held_end.amount 24m", "近24个月到期面积", "Area whose title ran out, last 24 months"),
)
TRANSFERRED = (
    *_running("let_in", "taken_on", "流转转入地块", "parcels taken on", _LET),
    *_running("let_out", "let", "流转转出地块", "parcels let", _LET),
    *(
        row
        for side, key, zh, en in (("let_in", "taken_on", "土地转入", "parcels taken on"), ("let_out", "let", "土地转出", "parcels let"))
        for row in (
            *(
                (
                    f"{key}_count_{window}",
                    f"count {window}",
                    "total",
                    f"sum {side}.count {window}",
                    f"{WINDOWS[window][0]}{zh}次数",
                    f"Number of {en}, {WINDOWS[window][1]}",
                )
                for window in ("12m", "24m")
            ),
            *(
                (
                    f"{key}_area_{window}",
                    f"m2 {window}",
                    "total",
                    f"sum {side}.amount {window}",
                    f"{WINDOWS[window][0]}{zh}面积",
                    f"Area of {en}, {WINDOWS[window][1]}",
                )
                for window in ("12m", "24m", "all")
            ),
            (f"{key}_others_all", "count all", "total", f"partners {side}.partner all", f"{zh}对手方数", f"Number of others behind {en}"),
            (f"days_since_{key}", "days all", "total", f"last {side}.day all", f"距最近一次{zh}的天数", f"Days since the last of {en}"),
        )
    ),
    (
        "taken_on_share",
        "share all",
        "share_beside",
        "sum let_in.amount all; sum let_out.amount all",
        "转入占流转面积比例",
        "Share of taken on in all ground moved",
    ),
)
INSURANCE = (
    *_running(
        "cover",
        "cover",
        "保单",
        "policies in force",
        (
            ("count", "count", "count", ""),
            ("amount", "fen", "insured", ""),
            ("premium", "fen", "premium", ""),
            ("subsidy", "fen", "subsidy", ""),
            ("area", "m2", "area", ""),
            ("crop", "fen", "crop", ""),
            ("livestock", "fen", "livestock", ""),
            ("income", "fen", "income", ""),
        ),
    ),
    *(row for row in (*level(PREMIUMS), *level(INSURED)) if row[1].endswith(("12m", "24m", "all"))),
    *ends(COVERS),
    *parts(
        COVERS,
        (
            Part("premium", "amount", "rate", "保费占保额比例", "the sum insured that is premium"),
            Part("subsidy", "premium", "subsidy", "保费补贴占比", "premiums that was subsidised"),
            Part("crop", "amount", "crop", "种植险保额占比", "the sum insured that covers crops"),
            Part("livestock", "amount", "livestock", "养殖险保额占比", "the sum insured that covers livestock"),
            Part("income", "amount", "income", "收入险保额占比", "the sum insured that covers income"),
        ),
        ("12m", "24m", "all"),
    ),
)
CLAIM_ROWS = (
    *(row for row in (*level(CLAIMED), *level(PAID)) if row[1].endswith(("12m", "24m", "all"))),
    *ends(CLAIMS),
    *(row for row in size(CLAIMED) if row[1].endswith(("12m", "24m", "all"))),
    *parts(
        CLAIMS,
        (
            Part("paid", "amount", "paid", "赔付占报案金额比例", "what was claimed that was paid"),
            Part("refused", "count", "refused", "拒赔占比", "claims refused"),
            Part("weather", "count", "weather", "天气原因报案占比", "claims for weather"),
            Part("disease", "count", "disease", "病虫疫病报案占比", "claims for pests and disease"),
        ),
        ("12m", "24m", "all"),
    ),
    *tally(
        CLAIMS,
        (
            ("count", "报案次数", "insurance claims"),
            ("settled", "已赔付次数", "claims paid"),
            ("refused", "拒赔次数", "claims refused"),
            ("weather", "天气原因报案次数", "claims for weather"),
            ("disease", "病虫疫病报案次数", "claims for pests and disease"),
        ),
        ("12m", "24m", "all"),
    ),
)

FEATURES = (
    *define(HELD, EvidenceKind.PARCEL),
    *define(TRANSFERRED, EvidenceKind.LAND_TRANSFER),
    *define(INSURANCE, EvidenceKind.INSURANCE_POLICY),
    *define(CLAIM_ROWS, EvidenceKind.INSURANCE_CLAIM),
)
