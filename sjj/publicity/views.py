"""The office's side of publication: what waits, a preview, publishing, withdrawing, correcting."""

from flask import Response, flash, g, request

from sjj.csv_files import download
from sjj.database import commit, db
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.parts import Holder, visit_of
from sjj.publicity import queries, services
from sjj.publicity.blueprints import notices as bp
from sjj.publicity.content import published_content
from sjj.publicity.forms import PublishForm, WithdrawForm, correct_form
from sjj.publicity.models import Notice
from sjj.publicity.services import PublicationRefused
from sjj.web import go, now, page, requires, today

PAGE_SIZES = (20, 50, 100)
EXPORT_HEAD = ("检查对象", "代码", "任务文号", "事项", "结果", "检查日期", "首次公示", "公示期限", "状态")


@bp.get("/")
@requires(queries.READ)
def notices() -> Response:
    """What waits to be published, by deadline, and what is published."""
    day = today(now())
    deadlines = Deadlines(day)
    waiting = queries.waiting(g.user)
    parts = queries.parts_waiting(g.user)
    deadlines.learn_campaigns(visit_of(row).campaign_id for row in [*waiting, *parts])
    size = request.args.get("per_page", 20, type=int)
    found = queries.notices(
        g.user,
        _wanted(),
        request.args.get("page", 1, type=int),
        size if size in PAGE_SIZES else PAGE_SIZES[0],
    )
    return page(
        "publicity/notices.html",
        "publicity/_notice_rows.html",
        waiting=waiting,
        clocks={row.id: deadlines.of(row) for row in waiting},
        parts=parts,
        part_clocks={row.id: deadlines.of(row) for row in parts},
        rows=found,
        wanted=_wanted(),
        timeliness=queries.timeliness(g.user, day.year, deadlines),
        year=day.year,
        may_publish=g.user.may(queries.PUBLISH),
    )


@bp.get("/export.csv")
@requires(queries.READ)
def notices_export() -> Response:
    """The notices as they are filtered, as a table."""
    rows = queries.notices(g.user, _wanted(), 1, 100_000).items
    return download("notices.csv", EXPORT_HEAD, (_export_row(row) for row in rows))


def _export_row(row: Notice) -> tuple[object, ...]:
    items = "；".join(f"{item['name']}：{item['result']}" for item in row.content["items"])
    due = row.due_on or "待定"
    about = (row.entity_name, row.entity_code, row.content["task_no"], items, row.result)
    return (*about, row.inspected_on, row.first_published_on, due, state_of(row))


def state_of(notice: Notice) -> str:
    """公示中, 已更正 (replaced by a newer one) or 已撤回."""
    if notice.is_live:
        return "公示中"
    return "已撤回" if notice.withdrawn_at else "已更正"


def _wanted() -> queries.Wanted:
    return queries.Wanted(
        words=request.args.get("q", "").strip()[:100],
        show=request.args.get("show", queries.LIVE),
        sort=request.args.get("sort", "-published"),
    )


@bp.get("/preview")
@requires(queries.PUBLISH)
def notice_preview() -> Response:
    """Exactly what the public will read of the ticked results, before they are published."""
    return _preview(_chosen(request.args.getlist("id", type=int), request.args.getlist("part", type=int)))


def _chosen(ids: list[int], parts: list[int]) -> list[Holder]:
    """What this person may publish of the ticked visits and parts."""
    return [*queries.ticked(g.user, ids), *queries.parts_ticked(g.user, parts)]


def _preview(chosen: list[Holder], refusal: str = "") -> Response:
    deadlines = Deadlines(today(now()))
    ordered = sorted(chosen, key=lambda row: (deadlines.start_of(row) or deadlines.today, row.id))
    return page(
        "publicity/preview.html",
        status=422 if refusal else 200,
        chosen=[
            (
                visit_of(row),
                published_content(row),
                deadlines.of(row),
                None if row is visit_of(row) else row.id,
            )
            for row in ordered
        ],
        refusal=refusal,
    )


@bp.post("/publish")
@requires(queries.PUBLISH)
def notice_publish() -> Response:
    """Publish the ticked results, all or none."""
    form = PublishForm()
    ids, parts = (form.id.data or [], form.part.data or []) if form.validate() else ([], [])
    chosen, number = _chosen(ids, parts), len(set(ids)) + len(set(parts))
    if not number or len(chosen) != number:
        return _preview(
            chosen, "请先在列表里勾选要公示的结果" if not number else "有的结果不在您可以公示的范围内"
        )
    try:
        made = services.publish_all(chosen, g.user, now())
    except PublicationRefused as refusal:
        db.session.rollback()
        return _preview(_chosen(ids, parts), f"{refusal}；这一批都没有公示")
    commit()
    flash(f"已公示 {len(made)} 户检查结果，公众现在就能查到。", "ok")
    return go("notices.notices")


@bp.get("/<int:notice_id>")
@requires(queries.READ, queries.notice_of)
def notice(found: Notice) -> Response:
    """One notice as it was published, and the others of the same inspection."""
    return page(
        "publicity/notice.html",
        notice=found,
        state=state_of(found),
        others=[other for other in queries.notices_of(found.inspection) if other.id != found.id],
        may_publish=g.user.may(queries.PUBLISH, found.agency_id),
        clock=Deadlines(found.first_published_on).until(found.due_on),
    )


@bp.route("/<int:notice_id>/withdraw", methods=["GET", "POST"])
@requires(queries.PUBLISH, queries.notice_to_change)
def notice_withdraw(found: Notice) -> Response:
    """Take a notice back, with a reason that the public reads."""
    form = WithdrawForm()
    if request.method == "POST" and form.validate():
        try:
            services.withdraw(found, form.reason.data, g.user, now())
        except PublicationRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash(f"已撤回“{found.entity_name}”的公示，公众页面只显示撤回原因。", "ok")
            return go("notices.notice", notice_id=found.id)
    return page("publicity/withdraw.html", form=form, notice=found, status=_status())


@bp.route("/<int:notice_id>/correct", methods=["GET", "POST"])
@requires(queries.PUBLISH, queries.notice_to_change)
def notice_correct(found: Notice) -> Response:
    """Put a published result right: a new notice, the old one kept."""
    form = correct_form(found)
    if request.method == "POST" and form.validate():
        try:
            made = services.correct(found, form.results(), form.reason.data, g.user, now())
        except PublicationRefused as refusal:
            form.reason.errors = [str(refusal)]
        else:
            commit()
            flash("已更正公示，原公示保留备查。", "ok")
            return go("notices.notice", notice_id=made.id)
    return page("publicity/correct.html", form=form, notice=found, status=_status())


def _status() -> int:
    return 422 if request.method == "POST" else 200
