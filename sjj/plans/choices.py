"""What the forms of a campaign offer: filled in from the register of its agency, within its scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wtforms.fields.choices import SelectChoice

from sjj.accounts.models import Agency
from sjj.accounts.queries import sections_of
from sjj.plans.forms import CampaignForm, ScopeForm, StrataForm
from sjj.plans.models import Campaign
from sjj.plans.pool import layer_sizes, left_out
from sjj.plans.queries import items_on_offer, plan_lines_of
from sjj.plans.scope import CREDIT_LABELS, Scope, tags_in_use, values_in_use
from sjj.plans.services import Layer
from sjj.registers.models import Entity, Item, SupervisionClass
from sjj.rules.quota import WrongQuota, required

BY = {"all": "不分层", "supervision_class": "按监管对象类别", "credit_risk": "按信用风险分类"}
LAYERS: dict[str, list[tuple[str, str]]] = {
    "all": [("", "全部对象")],
    "supervision_class": [(kind.value, f"{kind.value}监管对象") for kind in SupervisionClass],
    "credit_risk": [("" if key == "-" else key, f"信用风险{name}") for key, name in CREDIT_LABELS.items()],
}


@dataclass(frozen=True, slots=True)
class LayerPreview:
    """One layer with what the typed quota would take of it."""

    key: str
    label: str
    size: int
    sentence: str
    take: int | None


def offer_basics(
    form: CampaignForm, agency: Agency, chosen: Sequence[int], day: date
) -> list[tuple[Item, list[str]]]:
    """Fill in items, plan lines and sections; returns the items with their warnings."""
    offered = items_on_offer(agency.id, day)
    form.item_ids.choices = [SelectChoice(item.id, f"{item.name}（{item.code}）") for item, _ in offered]
    form.plan_line_id.choices = [SelectChoice(0, "（不在年度计划中）")] + [
        SelectChoice(line.id, f"{line.year}年第{line.number}项 {line.name}")
        for line in plan_lines_of(agency.id)
    ]
    form.section_id.choices = [SelectChoice(0, "（整个部门）"), *_sections(agency.id)]
    if form.item_ids.data is None:
        form.item_ids.data = list(chosen)
    return offered


def offer_scope(form: ScopeForm, agency_id: int, stored: Scope) -> None:
    """Fill in what the register holds, and what the scope holds already."""
    for field, column in (
        (form.townships, Entity.township),
        (form.industries, Entity.industry),
        (form.entity_types, Entity.entity_type),
    ):
        kept = getattr(stored, field.name)
        field.choices = sorted({*values_in_use(agency_id, column), *kept})
    form.tags.choices = sorted({*tags_in_use(agency_id, "entity"), *stored.tags})
    form.sections.choices = _sections(agency_id)


def _sections(agency_id: int) -> list[SelectChoice]:
    return [SelectChoice(one.id, one.name) for one in sections_of(agency_id)]


def scope_in(form: ScopeForm) -> Scope:
    """The scope that the form says."""
    listed = ("kinds", "classes", "townships", "industries", "entity_types", "tags", "sections", "credit")
    return Scope(
        **{name: tuple(form[name].data or ()) for name in listed}, positive=form.positive.data or "any"
    )


def scope_preview(campaign: Campaign, scope: Scope, day: date) -> dict[str, object]:
    """How many objects a scope holds, by supervision class, and how many of it may not be drawn and why."""
    sizes = layer_sizes(campaign, scope, "supervision_class", day)
    return {
        "total": sizes.total(),
        "classes": [(kind.value, sizes[kind.value]) for kind in SupervisionClass],
        "left_out": left_out(campaign, scope, day),
    }


def layers_in(form: StrataForm, by: str) -> list[Layer]:
    """The layers for which the form gives a quota."""
    found = []
    for place, (value, _) in enumerate(LAYERS[by]):
        take = form[f"take_{place}"].data
        if take:
            found.append(Layer(value, take, form[f"basis_{place}"].data or ""))
    return found


def layers_preview(form: StrataForm, by: str, campaign: Campaign, day: date) -> list[LayerPreview]:
    """Each layer's size and what the typed quota comes to."""
    sizes = layer_sizes(campaign, Scope.read(campaign.scope), by, day)
    shown = []
    for place, (value, label) in enumerate(LAYERS[by]):
        take, size = form[f"take_{place}"].data, sizes[value]
        number, sentence = None, "不抽取"
        if take:
            try:
                asked = required(size, take)
                number, sentence = asked.number, asked.sentence
            except WrongQuota as wrong:
                sentence = str(wrong)
        shown.append(LayerPreview(str(place), label, size, sentence, number))
    return shown
