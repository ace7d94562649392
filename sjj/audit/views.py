"""The audit log for the auditor: read, filter, nothing else."""

from flask import Blueprint, Response, request

from sjj.audit.queries import LogFilter, actions, entries
from sjj.web import page, requires

bp = Blueprint("audit", __name__)


@bp.get("/audit/")
@requires("audit.read")
def log() -> Response:
    """The log, newest first."""
    wanted = LogFilter(request.args.get("q", "").strip(), request.args.get("action", ""))
    found = entries(wanted, request.args.get("page", 1, type=int))
    return page("audit/log.html", "audit/_entries.html", log=found, wanted=wanted, actions=actions())
