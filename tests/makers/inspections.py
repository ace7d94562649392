"""Makers of inspections in any state, of accounts of their officers, and of records ready to be sent."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.store import keep
from sjj.inspections.form_versions import form_for, served
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.parts import add_parts
from sjj.inspections.submissions import Answer, receive
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.registers.models import Entity, Officer
from sjj.rules.lifecycle import ApprovalState, CampaignState, ResultState
from sjj.rules.results import NOTHING_FOUND
from sjj.rules.submissions import signed_sha256
from tests.makers.accounts import make_agency, make_user
from tests.makers.plans import make_campaign
from tests.makers.registers import make_entity, make_item, make_officer

MADE_AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
VISITED_AT = datetime(2026, 3, 5, 2, 11, 30, tzinfo=UTC)  # when a record of 10:10 Shanghai time arrives
DUE_ON = date(2026, 3, 31)
_numbers = count(1)


def make_inspection(
    agency: Agency | None = None,
    *,
    state: ResultState = ResultState.NOT_ENTERED,
    campaign: Campaign | None = None,
    entity: Entity | None = None,
    officers: Sequence[Officer] | int = 2,
    items: int = 1,
    points: int = 4,
    approved: bool = True,
    **more: Any,
) -> Inspection:
    """One entity to be inspected by a team; further than 未录入 it has a complete record. Committed.

    Its check is approved, unless `approved` says that nobody has asked yet.

    Its officers have no accounts yet: `make_officer_user` makes one.
    """
    agency = agency or (campaign.agency if campaign else make_agency())
    campaign = campaign or make_campaign(
        agency,
        state=CampaignState.IN_PROGRESS,
        register=False,
        items=[make_item(agency, points=points) for _ in range(items)],
    )
    team = [make_officer(agency) for _ in range(officers)] if isinstance(officers, int) else list(officers)
    inspection = Inspection(
        uid=uuid4(),
        agency_id=agency.id,
        campaign=campaign,
        entity=entity or make_entity(agency),
        form=form_for(campaign, MADE_AT),
        state=ResultState.NOT_ENTERED,
        due_on=more.pop("due_on", DUE_ON),
        team=[TeamMember(officer=officer, place=place) for place, officer in enumerate(team, start=1)],
        **more,
    )
    add_parts(inspection, campaign)
    db.session.add(inspection)
    db.session.flush()
    if approved:
        _approve(inspection)
    if state is not ResultState.NOT_ENTERED:
        _come_to(inspection, state)
    db.session.commit()
    return inspection


def _approve(inspection: Inspection) -> None:
    approval = CheckApproval(
        inspection=inspection, state=ApprovalState.APPROVED, asked_at=MADE_AT, decided_at=MADE_AT
    )
    db.session.add(approval)
    db.session.flush()


def _come_to(inspection: Inspection, state: ResultState) -> None:
    if state is not ResultState.WITHDRAWN:
        make_submission(inspection)
    inspection.state = state
    if state not in (ResultState.AWAITING_REVIEW, ResultState.WITHDRAWN):
        inspection.reviewed_at = VISITED_AT
    if state is ResultState.SENT_BACK:
        inspection.sent_back_reason = "请补充现场照片"
    if state is ResultState.WITHDRAWN:
        inspection.withdrawn_reason = "抽取作废"


def make_officer_user(officer: Officer, **more: Any) -> User:
    """The account of an officer; committed."""
    return make_user(
        Role.OFFICER,
        agency=officer.agency,
        officer_id=officer.id,
        display_name=officer.name,
        username=more.pop("username", "") or f"zf{next(_numbers):04d}",
        **more,
    )


def make_submission(inspection: Inspection, user: User | None = None, **changes: Any) -> Answer:
    """Receive a record of this inspection with all its files; `changes` as in `make_record`. Flushed."""
    user = user or make_officer_user(inspection.team[0].officer)
    record = make_record(inspection, **changes)
    for mark in ("甲", "乙", "丙", "被", "现场"):
        keep(picture(f"{inspection.uid}{mark}"))
    return receive(uuid4(), record, user, VISITED_AT)


def make_photo(words: str = "") -> StoredFile:
    """A stored JPEG; flushed."""
    return keep(picture(words or f"photo {next(_numbers)}"))


def picture(words: str, kind: str = "JPEG", size: tuple[int, int] = (48, 32), **more: Any) -> bytes:
    """The bytes of a small picture that differs with the words."""
    digest = sha256(words.encode()).digest()
    image = Image.new("RGB", size, tuple(digest[:3]))
    for place, byte in enumerate(digest):
        image.putpixel((place % size[0], place // size[0]), (byte, byte, 255 - byte))
    written = BytesIO()
    image.save(written, kind, **more)
    return written.getvalue()


def hash_of(words: str) -> str:
    """The SHA-256 of the picture of these words."""
    return sha256(picture(words)).hexdigest()


def make_record(
    inspection: Inspection, *, revises: UUID | str | None = None, **changes: Any
) -> dict[str, Any]:
    """A valid record of a finished visit without problems, signed under its own text."""
    return sign(record_of(served(inspection), inspection.uid, revises=revises, **changes))


def record_of(
    form: dict[str, Any], uid: UUID | str, *, revises: UUID | str | None = None, **changes: Any
) -> dict[str, Any]:
    """The same from the form as `GET /field/inspections/<uuid>.json` gives it; signed by `sign`."""
    photo = hash_of(f"{uid}现场")
    record = {
        "inspection": str(uid),
        "form_version": form["form_version"],
        "revises": str(revises) if revises else None,
        "outcome": "inspected",
        "urgent": False,
        "started_at": "2026-03-05T09:02:11+08:00",
        "ended_at": "2026-03-05T10:10:40+08:00",
        "device_now": "2026-03-05T10:11:02+08:00",
        "checkin": {
            "method": "gps",
            "at": "2026-03-05T09:01:00+08:00",
            "lat": 40.14,
            "lon": 118.31,
            "accuracy_m": 12,
        },
        "certificates_shown_at": "2026-03-05T09:03:00+08:00",
        "rights_told_at": "2026-03-05T09:03:30+08:00",
        "policy_explained": True,
        "present": {"name": "李四", "post": "厂长", "phone": "13800000000"},
        "answers": [{"point": point["id"], "value": "ok", "photos": [photo]} for point in form["points"]],
        "results": [{"item": item["code"], "result": NOTHING_FOUND} for item in form["items"]],
        "narrative": "台账齐全。",
        "photos": [{"sha256": photo, "taken_at": "2026-03-05T09:20:00+08:00", "caption": "原料堆场"}],
        "signatures": [
            *(
                _signature("officer", one["name"], f"{uid}{mark}", one["officer"])
                for one, mark in zip(form["team"], "甲乙丙", strict=False)
            ),
            _signature("present", "李四", f"{uid}被"),
        ],
    }
    return {**record, **changes}


def _signature(role: str, name: str, words: str, officer: str = "") -> dict[str, Any]:
    return {
        "role": role,
        "name": name,
        **({"officer": officer} if officer else {}),
        "image": hash_of(words),
        "at": "2026-03-05T10:08:00+08:00",
    }


def sign(record: dict[str, Any]) -> dict[str, Any]:
    """The record with each of its signatures bound to its text."""
    bound = signed_sha256(record)
    signatures = [row | {"signed_sha256": bound} for row in record.get("signatures") or []]
    return record | {"signatures": signatures} if signatures else record
