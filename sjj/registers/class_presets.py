"""A draft of class rules to begin with: the conditions seen in county papers (domain §6.2). A person confirms it.

What the system cannot know by itself (挂牌督办, 信访查实 …) is asked of tags, which the office sets.
"""

from typing import Any

Stored = dict[str, Any]


def _rule(name: str, klass: str, *conditions: Stored) -> Stored:
    return {"name": name, "class": klass, "when": {"any": list(conditions)}}


def _tagged(*names: str) -> Stored:
    return {"field": "tags", "is": "one_of", "value": list(names)}


DRAFT: Stored = {
    "default": "一般",
    "rules": [
        _rule(
            "上年度受过处罚",
            "特殊",
            {"field": "last_year_cases", "is": "at_least", "value": "1"},
            _tagged("上年度受处罚"),
        ),
        _rule("部、省、市挂牌督办", "特殊", _tagged("挂牌督办")),
        _rule("环保信用警示或不良", "特殊", _tagged("信用警示", "信用不良")),
        _rule("存在重大风险隐患", "特殊", _tagged("重大风险")),
        _rule("媒体曝光或上年度三次以上投诉查实", "特殊", _tagged("媒体曝光", "投诉查实三次以上")),
        _rule("重点排污单位或风险较大", "重点", _tagged("重点排污单位", "较大风险")),
    ],
}
SOURCE = "参照各地分类标准整理的草案（上年受处罚、挂牌督办、信用警示、重大风险、曝光和投诉属特殊；重点排污单位属重点）"
