"""Why a row was not believed, in both languages. Reports keep the English words; a page finds the Chinese by them.

A reason on its way to a report is a `Why`, and only a `Reason` makes one: what a reader may be told stands here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NewType

Why = NewType("Why", str)
"""A reason in English, its parts filled in."""
PART = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that rows share; `{part}` stands for what differs from row to row, a name or a number."""

    en: str
    zh: str

    def __call__(self, **parts: object) -> Why:
        return Why(self.en.format(**parts))


# ---- cells -----------------------------------------------------------------------------------------------------------

MISSING = Reason("missing", "缺失")
BLANK = Reason("blank", "空白")
NOT_DECODED = Reason("bytes that are not in the file's encoding", "含有不属于该文件编码的字节")
CONTROL = Reason("holds a control character or a line break", "含有控制字符或换行")
LOST_DIGITS = Reason("digits were lost in a number cell; store it as text", "数字单元格丢失了位数，请存为文本")
TOO_LONG = Reason("longer than {most} characters", "超过 {most} 个字符")
NOT_A_DATE = Reason("not a date", "不是日期")
NOT_A_DATE_LIKE = Reason("not a date like {formats}", "不是 {formats} 格式的日期")
TOO_EARLY = Reason("a date before {day}", "日期早于 {day}")
TOO_LATE = Reason("a date after {day}", "日期晚于 {day}")
NOT_AN_AMOUNT = Reason("not an amount (write digits, like 1234.50)", "不是金额（请写数字，如 1234.50）")
BEYOND = Reason("beyond 10 billion on one row", "单行超过一百亿")
NOT_A_NUMBER = Reason("not a number", "不是数")
FINER = Reason("finer than a fen", "比分更细")
NOT_WHOLE = Reason("not a whole number", "不是整数")
NOT_A_FLAG = Reason("neither yes nor no", "既非是也非否")
NO_CHOICE = Reason("not one of {choices}", "不在下列取值中：{choices}")

# ---- rows ------------------------------------------------------------------------------------------------------------

KNOWN_TOO_EARLY = Reason("known before it happened", "知悉日期早于发生日期")
SAYS_OTHERWISE = Reason("an earlier row says otherwise of the same {what}", "前面的行对同一 {what} 说法不同")
NAMES_BANK = Reason("{key} names the bank itself", "{key} 指银行自身")
BELOW_ZERO = Reason("below zero", "小于零")
NOT_ABOVE_ZERO = Reason("not above zero", "不大于零")
NO_WAY_ROUND = Reason("not above zero (the direction says which way the money went)", "不大于零（收支方向另有一栏）")
OUTSIDE = Reason("outside {low} to {high}", "不在 {low} 到 {high} 之间")
BEFORE = Reason("before {first}", "早于 {first}")
ABOVE = Reason("above {most}", "大于 {most}")
NO_CODES = Reason("not {count} of the codes {codes}", "不是 {count} 位代码（{codes}）")
PARTS_DIFFER = Reason("amount without tax and tax do not add up to the total", "不含税金额与税额之和不等于价税合计")
WITH_ITSELF = Reason("buyer and seller are the same", "买卖双方为同一人")
TO_ONESELF = Reason("a relation to oneself", "与自身的关系")
NO_SHARE = Reason("a share outside 0 to 1,000,000 parts per million", "持股比例不在 0 到 1,000,000 百万分比之间")
TURNED = Reason(
    "the wrong way round: party is who serves or holds, other the firm (or BANK) that is served or held",
    "方向颠倒：party 是任职者或持有者，other 是其任职或被持有的企业（或 BANK）",
)

# ---- parties and files -----------------------------------------------------------------------------------------------

CONSENT_ENDED = Reason("the party's consent has ended", "当事人的授权已终止")
NO_CONSENT = Reason("no consent of the party to read its credit report", "当事人未授权查询其征信报告")
STRANGER = Reason("no such party is known", "不认识该当事人")
QUOTE_INSIDE = Reason("a quote is left open or stands inside a cell", "引号未闭合或出现在单元格中间")
QUOTE_OPEN = Reason("a quote is left open", "引号未闭合")
RAGGED = Reason("{found} cells where the header has {width}", "本行 {found} 个单元格，表头有 {width} 个")
SHEET_ERROR = Reason("an error of the spreadsheet, no value", "电子表格的错误值，没有内容")

REASONS = tuple(reason for reason in tuple(globals().values()) if isinstance(reason, Reason))


@cache
def in_chinese(why: str) -> str:
    """A reason that a report tells in English, in Chinese; as it stands where a report older or stranger than this file has it."""
    for reason in sorted(REASONS, key=lambda one: -len(PART.sub("", one.en))):
        pattern = "".join(f"(?P<{text}>.+)" if i % 2 else re.escape(text) for i, text in enumerate(PART.split(reason.en)))
        found = re.fullmatch(pattern, why)
        if found is not None:
            return reason.zh.format(**found.groupdict())
    return why
