"""Making judged rows ready as whole rows of a register, and what an undo would put back. Writes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from sjj.accounts.models import Agency
from sjj.registers.codes import DIGITS, OFFICER_PREFIX, internal_codes, next_officer_code
from sjj.registers.import_judging import TABLES, Judgement, Kept, Register, Values
from sjj.registers.import_models import Verdict
from sjj.registers.models import EntityKind, SupervisionClass
from sjj.registers.pinyin import initials
from sjj.registers.tokens import new_token
from sjj.web import today

DATES = (
    "registered_on", "positive_from", "positive_until", "certificate_until", "credit_risk_on", "class_since",
)  # fmt: skip
CLASS = ("class_by", "class_reason", "class_since")
APART = ("tags", "section", "extra")  # set in ways of their own
_NO_EXTRA: Values = {}
PINYIN = {what: table.c.pinyin.type.length for what, table in TABLES.items()}  # type: ignore[attr-defined]
_ENTITY_BLANK: Values = {
    "kind": EntityKind.ENTERPRISE,
    "entity_type": "",
    "registration_authority": "",
    "registered_on": None,
    "state": "在业",
    "legal_representative": "",
    "phone": "",
    "contact": "",
    "address": "",
    "township": "",
    "lat": None,
    "lon": None,
    "industry": "",
    "business_scope": "",
    "capital": "",
    "supervision_class": SupervisionClass.GENERAL,
    "credit_risk": "",
    "positive_from": None,
    "positive_until": None,
    "credit_risk_source": "",
    "class_by": "",
    "class_reason": "",
}
_OFFICER_BLANK: Values = {
    "gender": "",
    "certificate_until": None,
    "issuer": "",
    "post": "",
    "phone": "",
    "group": "",
    "on_duty": True,
    "photo_sha256": "",
}
_BLANK = {
    what: {column.name: None for column in TABLES[what].c if column.nullable and column.name != "id"} | known
    for what, known in (("entities", _ENTITY_BLANK), ("officers", _OFFICER_BLANK))
}


@dataclass(slots=True)
class Prepared:
    """Whole rows for `import_staging`, their tags, and what stood in changed ones; by number in the file.

    `touched`: the columns in which changed ones differ.
    """

    rows: list[Values] = field(default_factory=list)
    tags: dict[int, list[str]] = field(default_factory=dict)
    before: dict[int, Values] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)


def prepare(
    judged: Iterable[tuple[int, Values, Judgement]],
    batch_id: int,
    agency: Agency,
    register: Register,
    codes: Iterator[str],
    now: datetime,
) -> Prepared:
    """Every new or changed row as the register shall have it; new ones without a code get the next of `codes`."""
    ready = Prepared()
    for number, values, judgement in judged:
        if judgement.verdict is Verdict.NEW:
            row = _new_row(values, agency, register, now)
            row["code"] = values.get("code") or next(codes)
            row["target_id"] = None
        elif judgement.verdict is Verdict.CHANGED and judgement.target is not None:
            row = _changed_row(values, judgement.target, register, now)
            row["agency_id"] = agency.id
            row["target_id"] = judgement.target["id"]
            ready.before[number] = _before(values, judgement.target)
            ready.touched |= {name for name, value in row.items() if value != judgement.target.get(name)}
        else:
            continue
        row["batch_id"], row["number"] = batch_id, number
        if values.get("tags") and list(values["tags"]) != (judgement.target or {}).get("tags", []):
            ready.tags[number] = list(values["tags"])
        ready.rows.append(row)
    return ready


def _new_row(values: Values, agency: Agency, register: Register, now: datetime) -> Values:
    """A whole row: what the file says, and nothing or the usual for the rest."""
    row = typed({**_BLANK[register.what], **values})
    row["agency_id"] = agency.id
    row["section_id"] = _section_of(values, register) or register.section_id
    row["extra"] = values.get("extra", _NO_EXTRA)
    row["pinyin"] = initials(row["name"], PINYIN[register.what])
    row["updated_at"] = now
    if register.what == "entities":
        row["token"] = new_token()
        row["class_by"] = "import" if "supervision_class" in values else ""
        if row["supervision_class"] is not SupervisionClass.GENERAL:
            _class_by_file(row, values, now)
    return row


def _changed_row(values: Values, kept: Kept, register: Register, now: datetime) -> Values:
    """What stands, with what the file says over it; a row that says nothing of a column leaves it."""
    row = {name: kept.get(name) for name in _BLANK[register.what]} | {"code": kept["code"]}
    row |= typed({"name": kept["name"], **values})
    row["code"] = kept["code"]
    row["section_id"] = _section_of(values, register) or kept["section_id"]
    row["extra"] = {**(kept["extra"] or {}), **values.get("extra", {})}
    row["pinyin"] = initials(row["name"], PINYIN[register.what])
    row["updated_at"] = now
    if register.what == "entities":
        row["token"] = ""  # it keeps its own
        if row["supervision_class"] is not kept["supervision_class"]:
            _class_by_file(row, values, now)
    return row


def _class_by_file(row: Values, values: Values, now: datetime) -> None:
    """The class is the file's word from today on, where the file does not say since when and why."""
    row["class_by"] = "import"
    row["class_since"] = row["class_since"] if "class_since" in values else today(now)
    row["class_reason"] = values.get("class_reason", "")


def _before(values: Values, kept: Kept) -> Values:
    """What an undo puts back: the fields that the file spoke of, as they were."""
    before: Values = {name: _plain(kept[name]) for name in values if name not in APART and name in kept}
    before |= {"section_id": kept["section_id"], "extra": kept["extra"] or {}}
    if "supervision_class" in values:
        before |= {name: _plain(kept[name]) for name in CLASS}
    if "tags" in values:
        before["tags"] = kept.get("tags", [])
    return before


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def typed(row: Values) -> Values:
    """The row itself, as the columns want it: real dates, members of enumerations, nothing that is set apart."""
    for name in APART:
        row.pop(name, None)
    for name in DATES:
        if row.get(name):
            row[name] = date.fromisoformat(row[name])
    if "kind" in row:
        row["kind"] = EntityKind(row["kind"])
    if "supervision_class" in row:
        row["supervision_class"] = SupervisionClass(row["supervision_class"])
    return row


def _section_of(values: Values, register: Register) -> int | None:
    return register.sections[values["section"]] if values.get("section") else None


def new_codes(what: str, agency: Agency) -> Iterator[str]:
    """The next codes of the agency's own sequence, one after the other. Holds the agency's row."""
    if what == "officers":
        first = int(next_officer_code(agency).removeprefix(OFFICER_PREFIX))
        return (f"{OFFICER_PREFIX}{number:03d}" for number in count(first))
    prefix, _, number_now = internal_codes(agency)[0].rpartition("-")
    return (f"{prefix}-{number:0{DIGITS}d}" for number in count(int(number_now)))
