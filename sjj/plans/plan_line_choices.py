"""What the form of a plan line offers, with how many objects stand behind each, and what it holds of a line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms.fields.choices import SelectChoice

from sjj.accounts.models import Agency
from sjj.accounts.queries import sections_of
from sjj.database import db
from sjj.plans.choices import scope_in
from sjj.plans.models import PlanLine
from sjj.plans.plan_line_forms import LineForm, PlanLineForm, layer_data, partner_values, partners_in
from sjj.plans.plan_line_rules import layers_of
from sjj.plans.plan_population import FIELDS, Register
from sjj.plans.queries import items_on_offer, other_agencies
from sjj.plans.scope import Scope
from sjj.plans.services import must_close
from sjj.plans.team_forms import agency_value, section_value
from sjj.registers.models import Item

MOST_OFFERED = 200  # values of one filter; the rest is too small to be planned by
PLAIN = ("name", "basis", "check_type", "method", "area", "level", "joint", "skip_inspected", "frequency_cap")
FLAGS = ("counts_inspected", "by_credit")


def form_of(line: PlanLine, agency: Agency, register: Register, day: date) -> PlanLineForm:
    """The form of a line, filled in with what it holds and what the agency has to offer."""
    scope = Scope.read(line.scope or {})
    form = LineForm(data=_data(line, scope))
    _offer_filters(form, register, scope)
    sections = [SelectChoice(one.id, one.name) for one in sections_of(agency.id)]
    form.sections.choices = list(sections)
    form.section_id.choices = [SelectChoice(0, "（整个部门）"), *sections]
    form.partner_keys.choices = [
        *(SelectChoice(section_value(one.id), one.name) for one in sections_of(agency.id)),
        *(SelectChoice(agency_value(one.id), one.name) for one in other_agencies(agency.id)),
    ]
    _offer_items(form, agency.id, line.items or [], day)
    return form


def _data(line: PlanLine, scope: Scope) -> dict[str, Any]:
    plain = {name: getattr(line, name) for name in PLAIN if getattr(line, name) is not None}
    listed = {name: list(getattr(scope, name)) for name in FIELDS}
    return {
        **plain,
        **listed,
        **{name: bool(getattr(line, name)) for name in FLAGS},
        "positive": scope.positive,
        "number": line.number,
        "section_id": line.section_id or 0,
        "item_ids": list(line.items or []),
        "quarter": str(line.quarter or ""),
        "month": str(line.month or ""),
        "directed": "1" if line.directed else "",
        "partner_keys": partner_values(line.partners or []),
        **layer_data(layers_of(line)),
    }


def _offer_filters(form: PlanLineForm, register: Register, scope: Scope) -> None:
    with register.turn:
        for name in ("townships", "industries", "entity_types", "tags"):
            sizes = register.population.parts(FIELDS[name])
            often = sorted(sizes, key=lambda value: (-sizes[value], value))[:MOST_OFFERED]
            chosen = [one for one in getattr(scope, name) if one not in often]
            form[name].choices = [
                SelectChoice(value, f"{value}（{sizes.get(value, 0)}）") for value in [*often, *chosen]
            ]


def _offer_items(form: PlanLineForm, agency_id: int, kept: Sequence[int], day: date) -> None:
    offered = items_on_offer(agency_id, day)
    known = {item.id for item, _ in offered}
    choices = [
        SelectChoice(item.id, f"{item.name}（{item.code}）{_hint(warnings)}") for item, warnings in offered
    ]
    retired: dict[int, str] = {}
    for number in kept:
        item = db.session.get(Item, number)
        if number not in known and item is not None and item.agency_id == agency_id:
            retired[number] = item.name
            choices.append(SelectChoice(number, f"{item.name}（{item.code}）——已停用或未公布"))
    form.retired = retired
    form.item_ids.choices = choices


def _hint(warnings: Sequence[str]) -> str:
    """What is the matter with an item, in two words; its own page says the rest."""
    said = "".join(warnings)
    known = next((word for word in ("依据已失效", "依据待核实", "没有写明依据") if word in said), "")
    return f"——{known or '有提示'}" if warnings else ""


def values_of(form: PlanLineForm, agency_id: int) -> dict[str, Any]:
    """What is kept of the line."""
    layers = form.layers()
    month = int(form.month.data) if form.month.data else None
    quarter = int(form.quarter.data) if form.quarter.data else None
    scope = scope_in(form)
    return {
        **{name: form[name].data for name in PLAIN},
        **{name: bool(form[name].data) for name in FLAGS},
        "by_credit": bool(form.by_credit.data)
        or scope.uses_credit
        or any(must_close(one.by, scope) for one in layers),
        "number": form.number.data,
        "section_id": form.section_id.data or None,
        "items": list(form.item_ids.data or []),
        "quarter": (month + 2) // 3 if month else quarter,
        "month": month,
        "scope": scope.stored(),
        "layers": [one.stored() for one in layers],
        "ratio": layers[0].take if len(layers) == 1 else "",
        "partners": partners_in(form.partner_keys.data or [], agency_id),
        "directed": form.directed.data == "1",
    }
