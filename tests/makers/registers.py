"""Makers of tags, laws, items with a guide, entities, officers and recusals, with good defaults; flushed."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.registers.models import (
    CheckPoint,
    Entity,
    EntityKind,
    Guide,
    Item,
    ItemBasis,
    LawBasis,
    Officer,
    Tag,
)
from sjj.registers.pinyin import initials
from sjj.registers.recusal_models import Recusal
from sjj.registers.tokens import new_token

_numbers = count(1)
MADE_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CERTIFICATE_UNTIL = date(2028, 12, 31)

_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(number: int = 0, division: str = "130227") -> str:
    """A 统一社会信用代码 whose two check characters are right (GB 32100, GB 11714)."""
    body = f"{(number or next(_numbers)):08d}"
    rest = 11 - sum(int(c) * weight for c, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    start = f"91{division}{body}{'X' if rest == 10 else rest % 11}"
    total = sum(_CREDIT_LETTERS.index(c) * pow(3, place, 31) for place, c in enumerate(start))
    return start + _CREDIT_LETTERS[-total % 31]


def make_tag(agency: Agency, name: str = "", on: str = "entity") -> Tag:
    """A tag on entities (or, with on="officer", an expertise of officers)."""
    tag = Tag(agency_id=agency.id, on=on, name=name or f"标签{next(_numbers)}")
    return _added(tag)


def make_entity(agency: Agency, name: str = "", **more: Any) -> Entity:
    """An enterprise with a valid credit code; kind=EntityKind.OTHER or PERSON gets an internal code."""
    number = next(_numbers)
    kind = more.pop("kind", EntityKind.ENTERPRISE)
    internal = f"F{agency.division_code}-{number:06d}"
    named = name or f"试点县第{number}木材加工厂"
    values = {
        "code": credit_code(number) if kind is EntityKind.ENTERPRISE else internal,
        "pinyin": initials(named),
        "entity_type": "个体工商户",
        "address": f"试点县兴城镇{number}号",
        "township": "兴城镇",
        "legal_representative": "张三",
        "token": new_token(),
        "extra": {},
        "updated_at": MADE_AT,
    }
    return _added(Entity(agency=agency, kind=kind, name=named, **{**values, **more}))


def make_officer(agency: Agency, name: str = "", **more: Any) -> Officer:
    """An officer on duty whose certificate is valid until the end of 2028."""
    number = next(_numbers)
    named = name or f"试用人员{number}"
    values = {
        "code": f"ZF-{number:03d}",
        "pinyin": initials(named, 60),
        "certificate_no": f"03070{number:06d}",
        "certificate_until": CERTIFICATE_UNTIL,
        "issuer": "试点县人民政府",
        "updated_at": MADE_AT,
    }
    return _added(Officer(agency=agency, name=named, **{**values, **more}))


def make_law(agency: Agency, title: str = "", **more: Any) -> LawBasis:
    """A law in force since 2020, verified."""
    named = title or f"试点条例{next(_numbers)}"
    values = {"key": named, "effective_on": date(2020, 7, 1), "verified": True}
    return _added(LawBasis(agency_id=agency.id, title=named, **{**values, **more}))


def make_item(
    agency: Agency, name: str = "", *, points: int = 4, confirmed: bool = True, **more: Any
) -> Item:
    """A published item with one law basis and a confirmed guide (confirmed=False: a draft) of some points."""
    number = next(_numbers)
    values = {"code": f"LY-{number:02d}", "object_type": "木材经营加工企业", "published_at": MADE_AT}
    item = Item(agency=agency, name=name or f"木材经营加工监督检查{number}", **{**values, **more})
    item.bases.append(ItemBasis(law=make_law(agency), articles="第六十五条"))
    item.guides.append(make_guide(1, item.code, points, confirmed))
    return _added(item)


def make_guide(version: int, item_code: str, points: int = 4, confirmed: bool = True) -> Guide:
    """A guide of some check points, the last of them optional."""
    return Guide(
        version=version,
        is_draft=not confirmed,
        created_at=MADE_AT,
        confirmed_at=MADE_AT if confirmed else None,
        points=[
            CheckPoint(
                code=f"{item_code}-{n}",
                position=n,
                text=f"第{n}项台账是否齐全",
                standard="未发现问题：台账齐全。发现问题：缺少任何一项。",
                how="查看台账",
                basis="试点条例第六十五条",
                penalty="",
                required=n < points,
            )
            for n in range(1, points + 1)
        ],
    )


def make_recusal(
    officer: Officer, entity: Entity, *, approved: bool | None = True, reason: str = "近亲属"
) -> Recusal:
    """A recusal, decided already unless approved=None."""
    return _added(
        Recusal(
            officer=officer,
            entity=entity,
            reason=reason,
            declared_at=MADE_AT,
            approved=approved,
            decided_at=MADE_AT if approved is not None else None,
        )
    )


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row
