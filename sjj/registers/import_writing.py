"""Putting judged rows into the register by a few bulk statements. Never commits: the caller does."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, delete, select, update

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.registers.bulk import insert_rows
from sjj.registers.codes import OFFICER_PREFIX, internal_codes, next_officer_code
from sjj.registers.import_judging import TABLES, TAG_LINKS, TAGS_ON, Judgement, Register, Values
from sjj.registers.models import EntityKind, SupervisionClass
from sjj.registers.pinyin import initials
from sjj.registers.tags import tags_named
from sjj.registers.tokens import new_token

Judged = tuple[Values, Judgement]

DATES = ("registered_on", "positive_from", "positive_until", "certificate_until")
APART = ("tags", "section", "extra")  # set in ways of their own
_NO_EXTRA: Values = {}
PINYIN = {what: table.c.pinyin.type.length for what, table in TABLES.items()}  # type: ignore[attr-defined]
PIECE = 500  # ids in one statement
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
_BLANK = {"entities": _ENTITY_BLANK, "officers": _OFFICER_BLANK}


def add_rows(rows: Sequence[Values], agency: Agency, register: Register, now: datetime) -> None:
    """Enter new rows, numbering those that came without a code."""
    if not rows:
        return
    codeless = [values for values in rows if not values.get("code")]
    numbers = iter(_NEW_CODES[register.what](codeless, agency))
    tagged: dict[str, Sequence[str]] = {}

    def written() -> Iterator[Values]:
        for values in rows:
            row = _new_row(values, agency, register, now)
            row["code"] = values.get("code") or next(numbers)
            if values.get("tags"):
                tagged[row["code"]] = values["tags"]
            yield row

    table = TABLES[register.what]
    insert_rows(table, written())
    if tagged:
        query = select(table.c.code, table.c.id).where(table.c.agency_id == agency.id)
        ids = dict(db.session.execute(query).all())
        _link_tags({ids[code]: names for code, names in tagged.items()}, agency, register.what)


def _new_row(values: Values, agency: Agency, register: Register, now: datetime) -> Values:
    """A whole row: what the file says, and nothing or the usual for the rest."""
    row = _typed({**_BLANK[register.what], **values})
    row["agency_id"] = agency.id
    row["section_id"] = _section_of(values, register) or register.section_id
    row["extra"] = values.get("extra", _NO_EXTRA)
    row["pinyin"] = initials(row["name"], PINYIN[register.what])
    row["updated_at"] = now
    if register.what == "entities":
        row["token"] = new_token()
    return row


def change_rows(rows: Sequence[Judged], agency: Agency, register: Register, now: datetime) -> None:
    """Write what the rows say over what stands; a row that says nothing of a column leaves it."""
    if not rows:
        return
    table = TABLES[register.what]
    said = sorted({name for values, _ in rows for name in values} - set(APART))
    columns = [*said, "section_id", "extra", "pinyin", "updated_at"]
    statement = update(table).where(table.c.id == bindparam("b_id"))
    statement = statement.values({name: bindparam(f"b_{name}") for name in columns})
    written: list[Values] = []
    tagged: dict[int, Sequence[str]] = {}
    for values, judgement in rows:
        kept = judgement.target or {}  # a changed row always has one
        row = {name: kept[name] for name in said} | _typed(dict(values))
        row["section_id"] = _section_of(values, register) or kept["section_id"]
        row["extra"] = {**(kept["extra"] or {}), **values.get("extra", {})}
        row["pinyin"] = initials(row["name"], PINYIN[register.what]) if "name" in row else kept["pinyin"]
        row["updated_at"] = now
        written.append({"b_id": kept["id"]} | {f"b_{name}": row[name] for name in columns})
        if "tags" in values and list(values["tags"]) != kept.get("tags", []):
            tagged[kept["id"]] = values["tags"]
    db.session.execute(statement, written, execution_options={"synchronize_session": False})
    _unlink_tags(list(tagged), register.what)
    _link_tags(tagged, agency, register.what)


def _typed(row: Values) -> Values:
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


def _entity_codes(rows: Sequence[Values], agency: Agency) -> list[str]:
    return internal_codes(agency, len(rows)) if rows else []


def _officer_codes(rows: Sequence[Values], agency: Agency) -> list[str]:
    if not rows:
        return []
    first = int(next_officer_code(agency).removeprefix(OFFICER_PREFIX))
    return [f"{OFFICER_PREFIX}{number:03d}" for number in range(first, first + len(rows))]


_NEW_CODES = {"entities": _entity_codes, "officers": _officer_codes}


def _unlink_tags(ids: list[int], what: str) -> None:
    links = TAG_LINKS[what]
    for start in range(0, len(ids), PIECE):
        db.session.execute(delete(links).where(links.c[0].in_(ids[start : start + PIECE])))


def _link_tags(tagged: Mapping[int, Sequence[str]], agency: Agency, what: str) -> None:
    names = {name for each in tagged.values() for name in each}
    if not names:
        return
    made = tags_named(agency, TAGS_ON[what], names)
    db.session.flush()
    ids = {tag.name: tag.id for tag in made}
    links = TAG_LINKS[what]
    owner = links.c[0].name
    insert_rows(
        links, ({owner: row_id, "tag_id": ids[name]} for row_id, each in tagged.items() for name in each)
    )
