"""Preset packs: items, guides and laws of a kind of bureau, as a draft for the office to edit.

Loading skips every code and every law that the agency has already; nothing of the office's own is changed.
Items arrive unpublished and guides as drafts: an office confirms them (草案，法制审核后启用).
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.codes import hold
from sjj.registers.item_versions import note_version
from sjj.registers.models import CheckPoint, Guide, Item, ItemBasis, LawBasis

FOLDER = Path(__file__).with_name("presets")


class UnknownPack(LookupError):
    """There is no preset pack of this name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a pack did."""

    name: str
    items: int
    skipped: int
    laws: int


@cache
def packs() -> dict[str, dict[str, Any]]:
    """Every preset pack by its code."""
    read = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))]
    return {pack["pack"]: pack for pack in read}


def pack_named(code: str) -> dict[str, Any]:
    """One pack. Raises UnknownPack."""
    if code not in packs():
        raise UnknownPack(f"没有预置包“{code}”，现有：{'、'.join(packs())}")
    return packs()[code]


def codes_present(agency: Agency, pack: dict[str, Any]) -> set[str]:
    """The codes of a pack's items that the agency has already."""
    codes = [item["code"] for item in pack["items"]]
    query = select(Item.code).where(Item.agency_id == agency.id, Item.code.in_(codes))
    return set(db.session.scalars(query))


def load_pack(agency: Agency, pack: str, actor: Actor, now: datetime) -> Loaded:
    """Enter a pack's laws and items into an agency's registers. Raises UnknownPack; never commits."""
    content = pack_named(pack)
    hold(agency)
    laws, new_laws = _load_laws(agency, content["laws"])
    present = codes_present(agency, content)
    added = [_item(agency, each, laws, now) for each in content["items"] if each["code"] not in present]
    db.session.add_all(added)
    for item in added:
        note_version(item, "added", actor, now, reason=f"载入预置包“{content['name']}”", source="import")
    done = Loaded(content["name"], len(content["items"]) - len(present), len(present), new_laws)
    record(
        events.PackLoaded(
            subject_id=agency.id, agency_id=agency.id, name=done.name, items=done.items, skipped=done.skipped
        ),
        actor,
        now,
    )
    return done


def _load_laws(agency: Agency, wanted: list[dict[str, Any]]) -> tuple[dict[str, LawBasis], int]:
    laws = {
        law.key: law for law in db.session.scalars(select(LawBasis).where(LawBasis.agency_id == agency.id))
    }
    missing = [each for each in wanted if each["key"] not in laws]
    for each in missing:
        laws[each["key"]] = LawBasis(
            agency_id=agency.id,
            key=each["key"],
            title=each["title"],
            effective_on=each.get("effective_on"),
            repealed_on=each.get("repealed_on"),
            verified=each["verified"],
            note=each["note"],
        )
        db.session.add(laws[each["key"]])
    return laws, len(missing)


def _item(agency: Agency, each: dict[str, Any], laws: dict[str, LawBasis], now: datetime) -> Item:
    return Item(
        agency=agency,
        code=each["code"],
        name=each["name"],
        object_type=each["object_type"],
        entity_kind=each["entity_kind"],
        method=each["method"],
        level=each["level"],
        joint_hint=each.get("joint_hint", ""),
        bases=[ItemBasis(law=laws[basis["law"]], articles=basis["articles"]) for basis in each["basis"]],
        guides=[Guide(version=1, is_draft=True, created_at=now, points=_points(each["points"]))],
    )


def _points(points: list[dict[str, Any]]) -> list[CheckPoint]:
    return [
        CheckPoint(
            code=point["code"],
            position=position,
            text=point["text"],
            standard=point["standard"],
            how=point["how"],
            basis=point["basis"]["law"] + point["basis"]["articles"],
            penalty=point["penalty"],
            required=point["required"],
        )
        for position, point in enumerate(points, start=1)
    ]
