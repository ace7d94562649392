"""The check points of an inspection with what the record in force says of each, for whoever sends it back.

Reads only; a record that does not know a point simply says nothing of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sjj.inspections import settle_words as say
from sjj.inspections.models import Inspection
from sjj.inspections.parts import Holder, item_ids_of, visit_of
from sjj.inspections.record_values import mapping_in, rows_in, text_at
from sjj.plans.item_codes import form_codes


@dataclass(frozen=True, slots=True)
class PointLine:
    """A check point, and how it was answered."""

    point: str
    text: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemLines:
    """The points of one item."""

    name: str
    lines: tuple[PointLine, ...]


def points_of(inspection: Inspection) -> dict[str, str]:
    """The points of its form, id → text, in the form's order."""
    return {text_at(row, "id"): text_at(row, "text") for row in rows_in(_form(inspection).get("points"))}


def points_of_holder(holder: Holder) -> dict[str, str]:
    """The points of its own items, id → text: nobody changes what another agency answers for."""
    visit = visit_of(holder)
    own = item_ids_of(holder)
    names = {code for number, code in form_codes(visit.campaign).items() if number in own}
    points = rows_in(mapping_in(json.loads(visit.form.content)).get("points"))
    return {text_at(row, "id"): text_at(row, "text") for row in points if text_at(row, "item") in names}


def answered_points(inspection: Inspection) -> list[ItemLines]:
    """The points by item, each with the answer of the record in force."""
    current = next((one for one in inspection.submissions if one.uid == inspection.revision), None)
    said = mapping_in(json.loads(current.content)) if current else {}
    answers = {text_at(row, "point"): row for row in rows_in(said.get("answers"))}
    form = _form(inspection)
    return [
        ItemLines(
            text_at(item, "name"),
            tuple(
                _line(point, answers.get(text_at(point, "id"), {}))
                for point in rows_in(form.get("points"))
                if point.get("item") == item.get("code")
            ),
        )
        for item in rows_in(form.get("items"))
    ]


def _form(inspection: Inspection) -> Mapping[str, Any]:
    return mapping_in(json.loads(inspection.form.content))


def _line(point: Mapping[str, Any], answer: Mapping[str, Any]) -> PointLine:
    return PointLine(
        text_at(point, "id"), text_at(point, "text"), say.answer(answer.get("value")), text_at(answer, "note")
    )
