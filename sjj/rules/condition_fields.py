"""The fields of an object that a condition may ask about, and how their values are read.

A value that is there and cannot be read (“约3吨” as a number) is reported as such and never taken for 0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

__all__ = ["ENTITY_FIELDS", "Field", "FieldKind", "day_of", "extra_field", "is_blank", "number_of"]

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")
_BLANK = frozenset({"", "N/A", "n/a"})


class FieldKind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its key in the row, its name in the office, and its kind."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT


def extra_field(label: str, kind: FieldKind = FieldKind.TEXT) -> Field:
    """A field that an agency defined for itself; its key in the row is extra.NAME."""
    return Field(f"extra.{label}", label, kind)


_FIELDS = (
    Field("name", "名称"),
    Field("kind", "对象性质"),
    Field("entity_type", "主体类型"),
    Field("registration_authority", "登记机关"),
    Field("registered_on", "成立日期", FieldKind.DAY),
    Field("state", "登记状态"),
    Field("address", "住所"),
    Field("township", "乡镇（街道）"),
    Field("industry", "行业"),
    Field("business_scope", "经营范围"),
    Field("credit_risk", "信用风险分类（内部）"),
    Field("positive", "监督执法正面清单", FieldKind.FLAG),
    Field("section", "主管内设机构"),
    Field("tags", "分类标注", FieldKind.TAGS),
    Field("last_year_checks", "上年检查次数", FieldKind.NUMBER),
    Field("last_year_problems", "上年发现问题数", FieldKind.NUMBER),
    Field("last_year_cases", "上年立案查处数", FieldKind.NUMBER),
)
ENTITY_FIELDS: Mapping[str, Field] = MappingProxyType({one.key: one for one in _FIELDS})


def is_blank(value: Any) -> bool:
    """Whether nothing is filled in: None, blank, N/A, an empty list."""
    if isinstance(value, str):
        return value.strip() in _BLANK
    return value is None or (not isinstance(value, (int, float)) and not value)


def number_of(value: Any) -> float | None:
    """A number, also out of text (1,200.5); None if there is none or it cannot be read."""
    if type(value) is float or type(value) is int:
        return value
    return _number_in(value) if isinstance(value, str) else None


@lru_cache(maxsize=1 << 14)
def _number_in(text: str) -> float | None:
    plain = text.strip().replace(",", "").replace("，", "")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def day_of(value: Any) -> date | None:
    """A day, also out of text (2026-3-1, 2026年3月1日, 20260301); None if it cannot be read."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _day_in(value) if isinstance(value, str) else None


@lru_cache(maxsize=1 << 14)
def _day_in(text: str) -> date | None:
    found = _DAY.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
