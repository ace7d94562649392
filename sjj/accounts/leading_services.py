"""Keeping an agency's 领导小组. Never commits; the audit log keeps what it was before."""

from datetime import datetime
from typing import Any

from sjj.accounts.leading_events import LeadingGroupSaved
from sjj.accounts.leading_forms import LeadingForm
from sjj.accounts.leading_models import LeadingGroup, LeadingMember
from sjj.accounts.leading_queries import group_of
from sjj.accounts.models import Agency, Section, User
from sjj.audit.services import record
from sjj.database import db


def save_group(agency: Agency, form: LeadingForm, actor: User, now: datetime) -> bool:
    """Take over what the form says; tells whether anything changed."""
    db.session.flush()
    db.session.refresh(agency, with_for_update={"key_share": True})  # two who set it up at once: one waits
    group = group_of(agency.id)
    is_new = group is None
    if group is None:
        group = LeadingGroup(agency_id=agency.id, name="", updated_at=now)
        db.session.add(group)
    before = {} if is_new else _content(group)
    _take_form(group, form)
    db.session.flush()
    after = _content(group)
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if not changes:
        return False
    group.updated_at = now
    event = LeadingGroupSaved(
        subject_id=group.id, agency_id=agency.id, name=group.name, changes=changes, is_new=is_new
    )
    record(event, actor, now)
    return True


def _take_form(group: LeadingGroup, form: LeadingForm) -> None:
    group.name = form.name.data
    group.document_no = form.document_no.data or ""
    group.since_on = form.since_on.data
    group.office_section_id = form.office_section_id.data or None
    group.office_phone = form.office_phone.data or ""
    group.duties = (form.duties.data or "").strip()
    rows = form.rows()
    if rows != [(one.role, one.name, one.post, one.user_id) for one in group.members]:
        group.members = [
            LeadingMember(position=place, role=role, name=name, post=post, user_id=number)
            for place, (role, name, post, number) in enumerate(rows, 1)
        ]


def _content(group: LeadingGroup) -> dict[str, Any]:
    """Everything it says, in words."""
    office = db.session.get(Section, group.office_section_id) if group.office_section_id else None
    return {
        "name": group.name,
        "document_no": group.document_no,
        "since_on": group.since_on.isoformat() if group.since_on else "",
        "office": office.name if office else "",
        "office_phone": group.office_phone,
        "duties": group.duties,
        "members": [
            f"{one.role} {one.name}{'（' + one.post + '）' if one.post else ''}{_account(one)}"
            for one in group.members
        ],
    }


def _account(member: LeadingMember) -> str:
    user = db.session.get(User, member.user_id) if member.user_id else None
    return f"，账号 {user.username}" if user else ""
