"""The demo's plans on their way: published in the first days, the forestry one adjusted since, the ecology one being adjusted.

By the office's own steps on past working days. A year whose lines may not be handed in stays a draft.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.demo.pictures import draw_mark
from sjj.plans import plan_version_moves as moves
from sjj.plans.models import Campaign, PlanLine
from sjj.plans.plan_forecast import lines_of
from sjj.plans.plan_paper_scans import keep_document
from sjj.plans.plan_version_checks import problems
from sjj.plans.plan_version_content import content_now, missed
from sjj.plans.plan_versions import current
from sjj.web import today

PAGE = (1240, 1754)  # A4 at 150 dots an inch
RED = (200, 30, 30)
_WHY = "本年数据自系统启用起统计，缺口在四季度的专项检查中补足"


def publish_plans(cast: Cast, beginning: int) -> None:
    """Each year's lines handed in, approved, sealed, reported and published within a week of the beginning."""
    years = select(PlanLine.year).where(PlanLine.agency_id == cast.agency.id).distinct()
    for year in sorted(db.session.scalars(years)):
        at = cast.days.at(beginning, 15)
        if not problems(lines_of(cast.agency.id, year), today(at)):
            _publish(cast, year, [cast.days.at(beginning + n, 10, 20) for n in range(4)], 11)


def adjust_plan(cast: Cast) -> None:
    """A line that is still to come adjusted: published again at the forestry bureau, being written at the other."""
    year = cast.days.day(0).year
    line = _still_to_come(cast, year)
    if line is None or current(cast.agency.id, year) is None:
        return
    if cast.bureau["key"] == "xinle_ecology":
        reason = f"县里安排12月开展综合查一次，“{line.name}”改在12月进行"
        moves.open_adjustment(cast.agency, year, reason, cast.clerk, cast.days.at(-2, 9))
        line.quarter, line.month = None, 12
        db.session.flush()
        return
    reason = f"秋季群众举报增加，“{line.name}”多抽几户"
    moves.open_adjustment(cast.agency, year, reason, cast.clerk, cast.days.at(-20, 9))
    line.layers = [{**one, "minimum": 12} for one in line.layers]
    db.session.flush()
    _publish(cast, year, [cast.days.at(n, 14, 30) for n in (-20, -19, -18, -17)], 36)


def _still_to_come(cast: Cast, year: int) -> PlanLine | None:
    """The last line of the year that no campaign carries out yet, else the last one."""
    begun = select(Campaign.plan_line_id).where(Campaign.plan_line_id.is_not(None))
    taken = set(db.session.scalars(begun))
    lines = lines_of(cast.agency.id, year)
    free = [one for one in lines if one.id not in taken] or lines
    return free[-1] if free else None


def _publish(cast: Cast, year: int, at: Sequence[datetime], number: int) -> None:
    """From the lines to the public page, each step on its own day."""
    why = {one["key"]: _WHY for one in missed(content_now(cast.agency, year, at[0]))}
    plan = moves.submit(cast.agency, year, why, cast.clerk, at[0])
    moves.approve(plan, cast.approver, at[1])
    document_no = f"{cast.agency.short_name}字〔{year}〕{number}号"
    keep_document(plan, document_no, BytesIO(scan(document_no)), cast.clerk, at[1])
    moves.report(plan, "市级主管部门、县双随机办", cast.clerk, at[2])
    moves.publish(plan, cast.clerk, at[3])


def scan(seed: str) -> bytes:
    """A sheet with lines of grey and a red seal, marked 演示; a picture of no paper."""
    image = Image.new("RGB", PAGE, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((420, 220, 820, 262), fill=(70, 70, 74))
    for row in range(18):
        width = 960 if row % 6 else 700
        top = 380 + row * 48
        draw.rectangle((140, top, 140 + width - len(seed) % 7 * row, top + 16), fill=(150, 150, 154))
    draw.ellipse((760, 1290, 1060, 1590), outline=RED, width=10)
    draw_mark(draw, (850, 1405), 60, RED, 6)
    target = BytesIO()
    image.save(target, "JPEG", quality=70)
    return target.getvalue()
