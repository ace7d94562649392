"""The form of 检查人员: officers or groups, how many, who supplies each place, which expertise it wants."""

from typing import Any

from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from sjj.form import Form
from sjj.plans.forms import CheckboxList
from sjj.plans.services import Partner

MAX_TEAM = 4
LEAST = {"officer": 2, "group": 1}  # a visit takes two officers; a group has two members at least
UNITS = {
    "officer": "按人抽取：每户抽取若干名执法人员",
    "group": "按组抽取：每户抽取一个或几个执法组，全组一起检查",
}
OWN = ""  # anybody of the leading agency
_SECTION, _AGENCY = "s", "a"


def section_value(section_id: int) -> str:
    """A section of the leading agency, as the form sends it."""
    return f"{_SECTION}{section_id}"


def agency_value(agency_id: int) -> str:
    """Another agency, as the form sends it."""
    return f"{_AGENCY}{agency_id}"


class TeamForm(Form):
    """Who goes to each object. Made by `team_form`, which knows the places."""

    unit = RadioField("抽取方式", choices=[SelectChoice(*pair) for pair in UNITS.items()], default="officer")
    size = SelectField(
        "每户抽取几名（按组抽取的，几个组）",
        coerce=int,
        choices=[SelectChoice(n, str(n)) for n in range(1, MAX_TEAM + 1)],
    )
    from_1 = SelectField("第 1 位由谁派出")
    from_2 = SelectField("第 2 位由谁派出")
    from_3 = SelectField("第 3 位由谁派出")
    from_4 = SelectField("第 4 位由谁派出")
    need_1 = CheckboxList("第 1 位须具备的专长")
    need_2 = CheckboxList("第 2 位须具备的专长")
    need_3 = CheckboxList("第 3 位须具备的专长")
    need_4 = CheckboxList("第 4 位须具备的专长")

    def suppliers(self) -> list[SelectField]:
        """Who supplies each place, in order."""
        return [self[f"from_{place}"] for place in range(1, MAX_TEAM + 1)]

    def places(self) -> list[CheckboxList]:
        """The expertise of each place, in order."""
        return [self[f"need_{place}"] for place in range(1, MAX_TEAM + 1)]

    def needs(self) -> list[list[str]]:
        """The wanted tags by place, for as many places as the team has."""
        return [list(field.data or []) for field in self.places()[: self.size.data]]

    def partners(self, agency_id: int) -> list[Partner | None]:
        """Who supplies each place of the team; None: anybody of the leading agency."""
        return [_partner(field.data or OWN, agency_id) for field in self.suppliers()[: self.size.data]]

    def validate_size(self, field: Field) -> None:
        """Two officers at least; nothing asked of a place that the team does not have."""
        if self.unit.data in LEAST and field.data < LEAST[self.unit.data]:
            raise ValidationError("按人抽取的，每户至少 2 名执法人员")
        for place in range(field.data + 1, MAX_TEAM + 1):
            if self[f"need_{place}"].data or self[f"from_{place}"].data:
                raise ValidationError(f"每户只抽 {field.data}，第 {place} 位不能再有要求")

    def validate_from_1(self, _field: Field) -> None:
        """Each participant supplies one place; the leading agency itself always goes along."""
        chosen = [field.data for field in self.suppliers()[: self.size.data] if field.data]
        if len(set(chosen)) < len(chosen):
            raise ValidationError("同一科室或部门只能派出一位")
        if len(chosen) == self.size.data and all(value.startswith(_AGENCY) for value in chosen):
            raise ValidationError("牵头部门至少要派出一位，请留一位给本部门或本部门的科室")


def _partner(value: str, agency_id: int) -> Partner | None:
    if value == OWN:
        return None
    number = int(value[1:])
    return Partner(number) if value.startswith(_AGENCY) else Partner(agency_id, number)


def team_data(unit: str, size: int, needs: list[Any], partners: dict[int, str]) -> dict[str, Any]:
    """What the form shows of a campaign."""
    wanted = {f"need_{place}": tags for place, tags in enumerate(needs, 1)}
    return {"unit": unit, "size": size, **wanted, **{f"from_{place}": one for place, one in partners.items()}}
