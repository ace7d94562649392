"""A line of the year's plan as the rules know it: its layers with their groups of objects and their quotas.

A line without a readable quota has no layers and draws nothing; the page says so.
"""

from dataclasses import dataclass, replace
from typing import Any

from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast_done import is_off_site
from sjj.plans.plan_population import Register
from sjj.plans.scope import CREDIT_LABELS, Scope
from sjj.rules.plan_lines import Joint, Layer, Line, Skip
from sjj.rules.quota import Quota, WrongQuota, parse_quota

UNSAVED = "new"


@dataclass(frozen=True, slots=True)
class LayerWish:
    """One layer as the office writes it: by what, which value, how many, at least how many."""

    by: str
    value: str
    take: str
    minimum: int = 0

    def stored(self) -> dict[str, Any]:
        """As the line keeps it."""
        return {"by": self.by, "value": self.value, "take": self.take, "minimum": self.minimum}

    @property
    def quota(self) -> Quota | None:
        """How many, None if that cannot be read."""
        try:
            return parse_quota(self.take)
        except WrongQuota:
            return None


def layers_of(line: PlanLine) -> list[LayerWish]:
    """The layers of a line; one entered with a single ratio has one layer of all objects."""
    kept = line.layers or []
    if kept:
        return [
            LayerWish(
                str(one.get("by") or "all"),
                str(one.get("value") or ""),
                str(one.get("take") or ""),
                int(one.get("minimum") or 0),
            )
            for one in kept
        ]
    return [LayerWish("all", "", line.ratio)] if line.ratio else []


def layer_label(wish: LayerWish, positive: str = "any") -> str:
    """特殊监管对象, 正面清单企业, 信用风险A类, 全部对象: what the office calls a layer."""
    if wish.by == "credit_risk":
        return f"信用风险{CREDIT_LABELS[wish.value or '-']}"
    if wish.by == "supervision_class":
        named = {"no": "非正面清单", "yes": "正面清单"}.get(positive, "")
        return f"{named}{wish.value}监管对象"
    return "正面清单企业" if positive == "yes" else "检查对象"


def layer_scope(scope: Scope, wish: LayerWish) -> Scope:
    """What is in a layer, without the question of the positive list."""
    plain = replace(scope, positive="any")
    if wish.by == "supervision_class":
        return replace(plain, classes=_both(scope.classes, wish.value))
    if wish.by == "credit_risk":
        return replace(plain, credit=_both(scope.credit, wish.value or "-"))
    return plain


def _both(wanted: tuple[str, ...], value: str) -> tuple[str, ...]:
    """The value, if the scope lets it in; else a value that no object has."""
    return (value,) if not wanted or value in wanted else ("\x00",)


def layer_pool(register: Register, scope: Scope, wish: LayerWish) -> int:
    """The objects of a layer."""
    found = register.group(layer_scope(scope, wish))
    if scope.positive == "yes":
        return found & register.on_list
    return found & ~register.on_list if scope.positive == "no" else found


def rule_line(line: PlanLine, register: Register) -> Line:
    """The line as plain data over the register's groups."""
    scope, wishes = Scope.read(line.scope or {}), layers_of(line)
    layers = tuple(
        Layer(
            layer_label(wish, scope.positive),
            layer_pool(register, scope, wish),
            wish.quota,
            wish.minimum,
            wish.by,
            "" if wish.value == "-" else wish.value,  # both say: no credit risk class
        )
        for wish in wishes
        if wish.quota is not None
    )
    return Line(
        line.id if line.id is not None else UNSAVED,
        line.name,
        layers,
        quarter=line.quarter,
        month=line.month,
        items=tuple(str(number) for number in line.items or ()),
        off_site=is_off_site(line.method),
        joint=Joint(line.joint or Joint.NONE),
        partners=tuple(partner_key(one) for one in line.partners or ()),
        by_credit=uses_credit(line, scope, wishes),
        skip=Skip(line.skip_inspected or ""),
        counts_inspected=bool(line.counts_inspected),
        cap=line.frequency_cap,
        check_type=line.check_type,
        directed=bool(line.directed),
    )


def uses_credit(line: PlanLine, scope: Scope, wishes: list[LayerWish]) -> bool:
    """Whether the line goes by credit risk: it says so, or its scope or layers do."""
    return bool(line.by_credit) or scope.uses_credit or any(one.by == "credit_risk" for one in wishes)


def partner_key(partner: dict[str, Any]) -> str:
    """A partner as one word: agency, or agency-section."""
    section = partner.get("section")
    return f"{partner.get('agency')}-{section}" if section else str(partner.get("agency"))
