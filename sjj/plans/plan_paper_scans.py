"""文号 and stamped scan of a version, at any step after its approval. A replaced scan stays and stays findable.

The files lie in the closed store; here only their fingerprints are kept, in the version and in the audit log.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.models import AuditEntry
from sjj.audit.services import record
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.files.store import keep
from sjj.plans.plan_models import Plan
from sjj.plans.plan_version_events import DocumentKept
from sjj.plans.plan_version_moves import PlanRefused, hold_version
from sjj.plans.plan_versions import title_of
from sjj.rules.lifecycle import PlanState

SCANS = frozenset({"application/pdf", "image/jpeg"})
AFTER_APPROVAL = (PlanState.APPROVED, PlanState.REPORTED, PlanState.PUBLISHED)
ACTION = DocumentKept.action


def keep_document(plan: Plan, document_no: str, scan: Any, actor: User, now: datetime) -> None:
    """Enter 文号 and, if a file came, the scan. Raises BadFile or PlanRefused; never commits."""
    hold_version(plan)
    if plan.state not in AFTER_APPROVAL:
        raise PlanRefused(f"当前为“{plan.state.label}”，批准后才能登记文号和盖章扫描件")
    stored = keep(scan, allowed=SCANS) if scan is not None else None
    is_new = stored is not None and stored.sha256 != plan.scan_sha256
    replaced = plan.scan_sha256 if is_new else ""
    if plan.document_no == document_no and not is_new:
        return
    plan.document_no = document_no
    if stored is not None:
        plan.scan_sha256 = stored.sha256
    event = DocumentKept(
        subject_id=plan.id,
        agency_id=plan.agency_id,
        title=title_of(plan, plan.year),
        document_no=document_no,
        scan=plan.scan_sha256 if is_new else "",
        replaced=replaced,
    )
    record(event, actor, now)


def old_scans(plan: Plan) -> list[AuditEntry]:
    """The entries of the log about scans that were replaced later, the oldest first."""
    query = select(AuditEntry).where(
        AuditEntry.subject_type == "plan", AuditEntry.subject_id == str(plan.id), AuditEntry.action == ACTION
    )
    entries = list(db.session.scalars(query.order_by(AuditEntry.id)))
    return [one for one in entries if one.details.get("scan") not in ("", None, plan.scan_sha256)]


def scan_of(plan: Plan, sha256: str = "") -> StoredFile | None:
    """The scan that stands, or an earlier one of this version by its fingerprint."""
    wanted = sha256 or plan.scan_sha256
    known = {plan.scan_sha256, *(str(one.details.get("scan")) for one in old_scans(plan))}
    return db.session.get(StoredFile, wanted) if wanted and wanted in known else None
