"""The supervisor's messages about draws: all of them, and the mark that one was read."""

from flask import Blueprint, Response, flash, g, request

from sjj.csv_files import download
from sjj.database import commit
from sjj.draws import messages as told
from sjj.draws.models import DrawMessage
from sjj.presentation import moment as moment_words
from sjj.web import go, now, page, requires, safe_next, see_other

bp = Blueprint("messages", __name__, url_prefix="/draws")
PER_PAGE = (20, 50, 100)
EVERY = 1_000_000


@bp.get("/messages")
@requires(told.WITNESS)
def messages() -> Response:
    """What the supervisor was told, newest first."""
    wanted, size = _wanted(), request.args.get("per_page", 20, type=int)
    found = told.messages(
        g.user, wanted, request.args.get("page", 1, type=int), size if size in PER_PAGE else 20
    )
    return page(
        "draws/messages.html",
        "draws/_messages_list.html",
        found=found,
        rows=told.with_marks(g.user, found.items),
        wanted=wanted,
        kinds=list(told.Kind),
        unread=told.unread_count(g.user),
    )


@bp.get("/messages.csv")
@requires(told.WITNESS)
def export() -> Response:
    """The messages as filtered, as a table."""
    found = told.messages(g.user, _wanted(), 1, EVERY).items
    rows = (
        (
            moment_words(one.message.at),
            one.kind.label,
            one.message.campaign.name,
            one.message.sentence,
            moment_words(one.read_at),
        )
        for one in told.with_marks(g.user, found)
    )
    return download("draw-messages.csv", ("时间", "事项", "任务", "内容", "阅读时间"), rows)


@bp.post("/messages/<int:message_id>/read")
@requires(told.WITNESS, told.message_for)
def read(message: DrawMessage) -> Response:
    """Mark one as read and go back to where it stood."""
    told.mark_read(message, g.user, now())
    commit()
    return see_other(safe_next(request.form.get("next"), "/draws/messages"))


@bp.post("/messages/read")
@requires(told.WITNESS)
def read_all() -> Response:
    """Mark everything as read."""
    number = told.mark_all_read(g.user, now())
    commit()
    flash(f"{number} 条提醒已标为已阅。" if number else "没有未阅的提醒。", "ok")
    return go("messages.messages")


def _wanted() -> told.MessageFilter:
    return told.MessageFilter(
        request.args.get("q", "").strip(),
        request.args.get("kind", ""),
        request.args.get("unread", "") == "1",
    )
