"""The register of objects as an office keeps it: own fields, classes by rule, claims, a double merged, one to look at.

Everything goes through the services that pages use; the classes are applied as the preview shows them.
"""

from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.registers.class_queries import look
from sjj.registers.class_services import apply_piece, keep_rules, note_application, pieces
from sjj.registers.codes import internal_codes
from sjj.registers.entity_claims import claim
from sjj.registers.extra_services import add_field
from sjj.registers.holds import held
from sjj.registers.merge_services import merge
from sjj.registers.models import Entity, EntityKind
from sjj.registers.pinyin import initials
from sjj.registers.scope import Place
from sjj.registers.tokens import new_token

RULES_ON, DAY_OF_CLAIMS = -12, -14  # working days ago
LEFT_UNCLAIMED = 9
CATEGORIES = ["重点管理", "简化管理", "登记管理"]


def fill_classes(cast: Cast) -> None:
    """After the campaigns: nothing that was drawn is touched."""
    _define_fields(cast)
    _claim(cast)
    _classify(cast)
    _merge_one(cast)


def _define_fields(cast: Cast) -> None:
    at = cast.days.at(DAY_OF_CLAIMS, 9)
    add_field(cast.agency, "entity", "排污许可管理类别", "choice", CATEGORIES, cast.clerk, at)
    add_field(cast.agency, "entity", "上次处罚日期", "day", [], cast.clerk, at)


def _claim(cast: Cast) -> None:
    query = select(Entity.id).where(
        Entity.agency_id == cast.agency.id,
        Entity.kind == EntityKind.ENTERPRISE,
        Entity.section_id.is_not(None),
    )
    numbers = list(db.session.scalars(query.order_by(Entity.id)))[LEFT_UNCLAIMED:]
    for section in cast.agency.sections:
        own = select(Entity.id).where(Entity.id.in_(numbers), Entity.section_id == section.id)
        claim(
            list(db.session.scalars(own)),
            Place(cast.agency, section),
            cast.clerk,
            cast.days.at(DAY_OF_CLAIMS, 10),
        )


def _classify(cast: Cast) -> None:
    """Rules over the preset's classes: what they change is little, and two objects are left to a person."""
    at = cast.days.at(RULES_ON, 15)
    content = {
        "default": "一般",
        "rules": [
            {"name": "上年度立案查处", "class": "特殊", "when": {"any": [
                {"field": "last_year_cases", "is": "at_least", "value": "1"},
                {"field": "tags", "is": "one_of", "value": ["挂牌督办", "上年度受处罚"]},
            ]}},
            {"name": "信用风险高", "class": "特殊", "when": {"any": [{"field": "credit_risk", "is": "equals", "value": "D"}]}},
            {"name": "规模较大或风险较大", "class": "重点", "when": {"any": [
                {"field": "credit_risk", "is": "equals", "value": "C"},
                {"field": "extra.排污许可管理类别", "is": "equals", "value": "重点管理"},
            ]}},
            {"name": "早年登记的个体工商户", "class": "一般", "when": {"all": [
                {"field": "entity_type", "is": "equals", "value": "个体工商户"},
                {"field": "registered_on", "is": "at_most", "value": "2019-12-31"},
            ]}},
        ],
    }  # fmt: skip
    rules = keep_rules(cast.agency, content, "年初分类（演示）", 0, cast.clerk, at)
    looked = look(rules, cast.days.today)
    changed = sum(apply_piece(rules, piece, cast.clerk, at) for piece in pieces(looked))
    note_application(rules, looked.preview.before, looked.preview.after, changed, cast.clerk, at)


def _merge_one(cast: Cast) -> None:
    """Two of the register's objects were entered a second time: one pair is merged, one waits to be looked at."""
    listed = held(cast.agency.id).entities
    query = select(Entity).where(Entity.agency_id == cast.agency.id, Entity.kind == EntityKind.ENTERPRISE)
    free = [
        row for row in db.session.scalars(query.order_by(Entity.id)) if row.id not in listed and row.is_active
    ]
    doubles = [_again(cast, row) for row in free[:2]]
    merge(free[0], doubles[0], {"contact"}, "个体户门店登记了两次", cast.clerk, cast.days.at(RULES_ON, 16))


def _again(cast: Cast, row: Entity) -> Entity:
    name = f"{row.name}（门店）"
    double = Entity(
        agency=cast.agency, section=row.section, kind=EntityKind.OTHER, code=internal_codes(cast.agency)[0],
        name=name, pinyin=initials(name), address=row.address, township=row.township, state=row.state,
        legal_representative=row.legal_representative, contact=row.legal_representative, token=new_token(),
        extra={}, updated_at=cast.days.at(RULES_ON, 14),
    )  # fmt: skip
    db.session.add(double)
    db.session.flush()
    return double
