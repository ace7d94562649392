"""Published results for everybody: search, a page for each, and the open file."""

from datetime import datetime
from typing import Any

from flask import Response, abort, request
from sqlalchemy import Row

from sjj.csv_files import download
from sjj.database import db
from sjj.draws.models import Draw
from sjj.publicity import public_queries as queries
from sjj.publicity.blueprints import public as bp
from sjj.publicity.models import Notice
from sjj.publicity.views_shell import KEEP_PAGE, asked_agency, kept_for, public_page
from sjj.web import now, public, today

CSV_HEAD = (
    "公示编号",
    "公示部门",
    "计划",
    "任务文号",
    "任务名称",
    "定向或不定向",
    "检查对象",
    "统一社会信用代码或内部编号",
    "抽查事项",
    "事项结果",
    "检查结果",
    "检查日期",
    "公示日期",
    "执法人员编号",
)


@bp.get("/results")
@public
def results() -> Response:
    """Results by name or code, the newest first, with the year's figures."""
    wanted, year = _wanted(), today(now()).year
    figures = queries.figures(wanted.agency_id, year)
    rows = queries.results(
        wanted, request.args.get("page", 1, type=int), None if wanted.is_narrowed else figures.total
    )
    return public_page(
        "public/results.html",
        "public/_results.html",
        rows=rows,
        figures=figures,
        year=year,
        wanted=wanted,
        years=range(year, year - 5, -1),
        choices=((queries.FOUND, "发现问题"), (queries.CLEAN, "未发现问题等")),
    )


def _wanted() -> queries.Wanted:
    result, year = request.args.get("result", ""), request.args.get("year", type=int)
    return queries.Wanted(
        agency_id=asked_agency(),
        words=request.args.get("q", "").strip()[:100],
        result=result if result in (queries.FOUND, queries.CLEAN) else "",
        year=year if year and 2000 <= year <= 9998 else None,
    )


@bp.get("/results/<int:notice_id>")
@public
def result(notice_id: int) -> Response:
    """One result as it was published; of a withdrawn one only that, and why."""
    notice = db.session.get(Notice, notice_id)
    if notice is None:
        abort(404)
    if notice.withdrawn_at is not None:
        return public_page("public/result_withdrawn.html", agency=notice.agency, notice=notice)
    if not notice.is_live:
        newer = notice.replaced_by[0] if notice.replaced_by else None
        return public_page("public/result_replaced.html", agency=notice.agency, notice=notice, newer=newer)
    draw_id = notice.inspection.draw_id
    return public_page(
        "public/result.html",
        agency=notice.agency,
        notice=notice,
        content=notice.content,
        problems=queries.problems_of(notice),
        beside=queries.beside(notice),
        objections=notice.inspection.objections,  # only that there are, and whether they are answered
        draw=db.session.get(Draw, draw_id) if draw_id else None,
        campaign_id=notice.inspection.campaign_id,
    )


@bp.get("/results.csv")
@public
def results_csv() -> Response:
    """Every published result that is asked for, an item a line, as open data."""
    lines = (line for row in queries.every_result(_wanted()) for line in _csv_lines(row))
    return kept_for(download("results.csv", CSV_HEAD, lines), KEEP_PAGE)


def _csv_lines(row: Row[Any]) -> list[tuple[object, ...]]:
    said = row.content
    published: datetime = row.published_at
    return [
        (
            row.id,
            said["agency"],
            said["plan"],
            said["task_no"],
            said["task_name"],
            said["directed"],
            row.entity_name,
            row.entity_code,
            item["name"],
            item["result"],
            row.result,
            row.inspected_on,
            today(published),
            "、".join(said["officers"]),
        )
        for item in said["items"]
    ]
