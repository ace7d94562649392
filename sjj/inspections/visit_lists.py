"""What lists of things that hang on a visit share: the visit read along, words to find it by, the order.

Says nothing about who may see what: each list asks that itself.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import QueryableAttribute, contains_eager

from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign
from sjj.registers.listing import any_match
from sjj.registers.models import Entity

Query = TypeVar("Query", bound=Select[Any])


def with_visit(query: Query, visit: QueryableAttribute[Inspection]) -> Query:
    """The query with each row's visit, its object and its campaign in the same answer."""
    return (
        query.join(visit)
        .join(Inspection.entity)
        .join(Inspection.campaign)
        .options(
            contains_eager(visit).options(
                contains_eager(Inspection.entity), contains_eager(Inspection.campaign)
            )
        )
    )


def visit_bears(words: str, *texts: Any) -> ColumnElement[bool]:
    """Whether words stand in the object's name, code or initials, in the campaign's number, or in `texts`."""
    return or_(
        any_match(words, Entity.name, Entity.code, Entity.pinyin),
        *(text.contains(words, autoescape=True) for text in (Campaign.number, *texts)),
    )


def in_order(query: Query, columns: Mapping[str, Any], sort: str, default: str, tie: Any) -> Query:
    """Sorted by the column that `sort` names (“-” before it: downwards); rows without a value stand last."""
    column = columns.get(sort.removeprefix("-"), columns[default])
    ordered = column.desc() if sort.startswith("-") else column.asc()
    return query.order_by(ordered.nulls_last(), tie)
