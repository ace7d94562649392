"""The words that sheets use for the register's own: kinds of objects, states, classes, whether at work.

A word that is not known is refused with those that are; none is guessed from its sound.
"""

import re

from sjj.registers.import_cells import Unreadable, as_text
from sjj.registers.models import ENTITY_STATES, EntityKind, SupervisionClass
from sjj.registers.workbook import Cell


def _mean(meaning: str, words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), meaning)


_KINDS = {
    **_mean(
        EntityKind.ENTERPRISE,
        "主体类 主体 企业 个体 个体户 个体工商户 单位 市场主体 经营主体 农民专业合作社 机关事业单位",
    ),
    **_mean(EntityKind.OTHER, "非主体类 非主体 项目 建设项目 林地 地块 小班 场所 产品 行为 其他 其他对象"),
    **_mean(EntityKind.PERSON, "自然人 个人 公民"),
}
_STATES = {
    **{name: name for name in ENTITY_STATES},
    **_mean("在业", "开业 营业 正常 正常经营 在营 在业(开业)"),
    **_mean("存续", "存续(在营、开业、在册) 存续(在营) 在册 登记成立 确立"),
    **_mean("停业", "歇业 停产 停业整顿"),
    **_mean("吊销", "吊销,未注销 吊销，未注销 吊销未注销 已吊销"),
    **_mean("注销", "吊销,已注销 吊销，已注销 已注销 注销登记"),
    **_mean("迁出", "已迁出 迁出(市外)"),
    **_mean("撤销", "已撤销 撤销登记"),
    **_mean("关闭", "已关闭 关停"),
    **_mean("查无下落", "无法联系 查无"),
}
_AT_WORK = _mean("在岗", "在岗 在职 在编 正常 有效 是 启用 在册")
_NOT_AT_WORK = _mean("离岗", "离岗 离职 不在岗 退休 调离 借调 休假 停用 注销 失效 暂扣 否 无效 过期")
_AFTER_CLASS = re.compile(r"(监管)?(对象|企业|单位|类)*$")


def kind(cell: Cell) -> str:
    """主体类, 非主体类 or 自然人."""
    value = as_text(cell)
    if value not in _KINDS:
        raise Unreadable(f"“{value[:20]}”不认识，请写“主体类”“非主体类”或“自然人”")
    return str(_KINDS[value])


def kind_of_type(entity_type: str) -> str | None:
    """What a 企业类型 says when it names no enterprise at all."""
    found = _KINDS.get(entity_type)
    return None if found in (None, EntityKind.ENTERPRISE) else str(found)


def state(cell: Cell) -> str:
    """登记状态 in the register's words."""
    value = as_text(cell)
    if value not in _STATES:
        raise Unreadable(f"“{value[:20]}”不认识，可写：{'、'.join(ENTITY_STATES)}")
    return _STATES[value]


def supervision(cell: Cell) -> str | None:
    """特殊, 重点 or 一般; a column 重点监管 says 是 for 重点, and 否 says nothing."""
    value = _AFTER_CLASS.sub("", as_text(cell))
    if value in ("是", "√"):
        return SupervisionClass.KEY.value
    if value in ("否", "×"):
        return None
    if value not in [each.value for each in SupervisionClass]:
        raise Unreadable(f"“{value[:20]}”不认识，请写“特殊”“重点”或“一般”")
    return value


def credit_risk(cell: Cell) -> str:
    """信用风险分类 A, B, C or D, however it is dressed (A级, 低风险(A类))."""
    found = set(re.findall(r"[A-D]", as_text(cell).upper()))
    if len(found) != 1:
        raise Unreadable(f"“{as_text(cell)[:20]}”不认识，请写 A、B、C 或 D")
    return str(found.pop())


def on_duty(cell: Cell) -> bool:
    """Whether an officer is at work."""
    value = as_text(cell)
    if value not in _AT_WORK and value not in _NOT_AT_WORK:
        raise Unreadable(f"“{value[:20]}”不认识，请写“在岗”或“离岗”")
    return value in _AT_WORK
