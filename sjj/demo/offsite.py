"""The demo's off-site batch: one check with a finding that opened a case on site, one in review, one half done.

Written as the office writes it, through its own services; every file is made here and holds nothing real.
"""

import io
from datetime import datetime, timedelta
from uuid import uuid4

import xlsxwriter
from PIL import Image
from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.demo.pictures import photo
from sjj.demo.visits import RecordRefused, problem_at
from sjj.demo.words import Table
from sjj.followups.services import open_problems
from sjj.inspections import offsite_drafts
from sjj.inspections.approval_services import approve as approve_check
from sjj.inspections.direct_checks import against_pairs
from sjj.inspections.direct_prefill import values_from
from sjj.inspections.direct_scope import FINDING, days_of, entities_by, named_in, officers_by
from sjj.inspections.direct_services import DirectWanted, ask_checks
from sjj.inspections.evidence_queries import evidence_of
from sjj.inspections.evidence_services import NewEvidence, add
from sjj.inspections.form_versions import served
from sjj.inspections.models import Inspection
from sjj.inspections.offsite_batches import add_batch, approve, name_objects, submit
from sjj.inspections.offsite_record import photos_of, remarks_with
from sjj.inspections.record_prefill import time_value
from sjj.inspections.review import accept
from sjj.inspections.submissions import OFFSITE, receive
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.publicity.services import publish_all
from sjj.registers.models import Item, Officer
from sjj.rules.deadlines import quarter_of
from sjj.rules.results import NOTHING_FOUND, Answer
from sjj.web import SHANGHAI, today

MADE, APPROVED, CHECKED, REVIEWED, CASE = -9, -8, -6, -4, -3
MOST = 8
METHODS = ("书面检查", "网络监测")


def fill_offsite(cast: Cast, told: Table) -> None:
    """One batch under way; `told`: the campaign of the story whose items and findings it takes."""
    batch = _batch(cast, told)
    moment = cast.days.at(APPROVED, 15)
    found, reviewed, begun, *_ = approve(batch, cast.approver, moment, today(moment))
    _evidence(cast, found, cast.days.at(CHECKED, 10), 4)
    problem = problem_at(cast.bureau, told["problems"][0])
    _record(cast, found, cast.days.at(CHECKED, 10, 50), problem)
    _publish(cast, found)
    _evidence(cast, reviewed, cast.days.at(CHECKED, 14), 2)
    _record(cast, reviewed, cast.days.at(CHECKED, 14, 40), None)
    _evidence(cast, begun, cast.days.at(CASE, 9), 2)
    typed = {
        "outcome": "inspected",
        "methods": METHODS[0],
        "started_at": time_value(cast.days.at(CASE, 9)),
        "narrative": "已核对许可证，台账待补传。（演示）",
    }
    draft = {name: [value] for name, value in typed.items()}
    offsite_drafts.save(begun, draft, "", cast.clerk, cast.days.at(CASE, 9, 20))
    _case(cast, found)


def _batch(cast: Cast, told: Table) -> Campaign:
    moment = cast.days.at(MADE, 9, 30)
    day = today(moment)
    quarter = quarter_of(day)
    query = select(Item.id).where(Item.agency_id == cast.agency.id, Item.code.in_(told["items"][:1]))
    values = {
        "name": f"{quarter[0]}年第{'一二三四'[quarter[1] - 1]}季度正面清单企业非现场检查",
        "quarter": quarter,
        "items": list(db.session.scalars(query)),
        "section_id": None,
        "officers": _officers(cast),
        "method": METHODS[0],
        "ends_on": days_of(quarter)[1],
        "purpose": "正面清单内的企业以书面材料、监测数据和视频核查，减少上门。（演示）",
    }
    batch = add_batch(cast.agency, values, cast.clerk, moment, day)
    team = officers_by(named_in(batch).officers)
    spare = [one.id for one in entities_by(named_in(batch).entities) if list(against_pairs(team, [one]))]
    kept = [number for number in named_in(batch).entities if number not in spare]
    name_objects(batch, [], [*spare, *kept[MOST:]], cast.clerk, moment, day)
    submit(batch, cast.clerk, moment + timedelta(minutes=20), day)
    return batch


def _officers(cast: Cast) -> tuple[int, ...]:
    last = days_of(quarter_of(cast.days.day(CASE)))[1]
    query = select(Officer).where(Officer.agency_id == cast.agency.id).order_by(Officer.code.desc())
    able = [one.id for one in db.session.scalars(query) if one.may_inspect_on(last)]
    return tuple(able[:2])


def _evidence(cast: Cast, check: Inspection, at: datetime, how_many: int) -> None:
    made_on = today(at) - timedelta(days=4)
    seed = check.entity.code
    given = (
        NewEvidence(
            "document",
            "许可证和台账扫描件（演示）",
            "",
            made_on,
            "",
            "许可证和台账.pdf",
            io.BytesIO(_pdf(cast, seed)),
        ),
        NewEvidence(
            "monitoring",
            "出入库月报（演示）",
            "与台账核对",
            made_on,
            "",
            "出入库月报.xlsx",
            io.BytesIO(_table(seed)),
        ),
        NewEvidence(
            "picture",
            "企业报送的现场照片（演示）",
            "",
            made_on,
            "",
            "堆场.jpg",
            io.BytesIO(photo(cast.bureau["pack"], seed, "offsite")),
        ),
        NewEvidence(
            "video", "厂区大门摄像头", "两辆货车出厂，台账没有对应记录。（演示）", made_on, "09:00–09:20"
        ),
    )
    for number, one in enumerate(given[:how_many]):
        add(check, one, cast.clerk, at + timedelta(minutes=3 * number))


def _pdf(cast: Cast, seed: str) -> bytes:
    written = io.BytesIO()
    Image.open(io.BytesIO(photo(cast.bureau["pack"], seed, "paper"))).save(written, "PDF")
    return written.getvalue()


def _table(seed: str) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    sheet = book.add_worksheet("月报")
    sheet.write_row(0, 0, ["月份", "购进（立方米）", "售出（立方米）", "编号"])
    for month in range(1, 4):
        sheet.write_row(month, 0, [f"{month}月", 40 + month, 36 + month, seed])
    book.close()
    return written.getvalue()


def _record(cast: Cast, check: Inspection, ended: datetime, problem: Table | None) -> None:
    form, rows = served(check), evidence_of(check)
    files = [row for row in rows if row.sha256]
    record: Table = {
        "inspection": str(check.uid),
        "form_version": check.form_sha256,
        "revises": None,
        "outcome": "inspected",
        "started_at": _told(ended - timedelta(minutes=40)),
        "ended_at": _told(ended),
        "device_now": _told(ended),
        "answers": [_answer(point, problem, files[-1].sha256) for point in form["points"]],
        "results": [
            {"item": one["code"], "result": problem["result"] if problem else NOTHING_FOUND}
            for one in form["items"]
        ],
        "narrative": problem["text"] if problem else "许可证、台账和月报一致，未发现问题。（演示）",
        "remarks": remarks_with("", METHODS, rows),
        "photos": list(photos_of(rows).values()),
    }
    if problem:
        kind = {"item": form["items"][0]["code"], "point": problem["point"], "kind": problem["follow_up"]}
        due = (today(ended) + timedelta(days=20)).isoformat()
        record["problems"] = [kind | {"text": problem["text"], "due": due}]
    answer = receive(uuid4(), record, cast.clerk, ended, source=OFFSITE)
    if answer.status != 201 or answer.body["missing_files"]:
        raise RecordRefused(f"{check.entity.name}: {answer.body}")


def _answer(point: Table, problem: Table | None, piece: str) -> Table:
    if problem and point["id"] == problem["point"]:
        return {
            "point": point["id"],
            "value": Answer.PROBLEM.value,
            "note": problem["text"],
            "photos": [piece],
        }
    value = Answer.OK if point["required"] else Answer.NOT_APPLICABLE
    return {"point": point["id"], "value": value.value}


def _publish(cast: Cast, check: Inspection) -> None:
    at = cast.days.at(REVIEWED, 10)
    accept(check, cast.approver, at)
    open_problems(check, cast.approver, at)
    publish_all([check], cast.clerk, at + timedelta(hours=5))


def _case(cast: Cast, found: Inspection) -> None:
    at = cast.days.at(CASE, 9, 40)
    values = values_from(found)
    wanted = DirectWanted(
        name=values["name"],
        check_type="个案",
        source=FINDING,
        reason=values["reason"],
        entities=(found.entity_id,),
        items=tuple(values["item_ids"]),
        officers=(values["officer_1"], values["officer_2"]),
        planned_on=cast.days.day(1),
        ends_on=cast.days.day(6),
        over_cap_reason="非现场检查发现问题，须到现场核实。（演示）",
        origin=found,
    )
    case = ask_checks(cast.agency, wanted, cast.clerk, at, today(at))
    query = select(CheckApproval).join(CheckApproval.inspection).where(Inspection.campaign_id == case.id)
    for approval in db.session.scalars(query):
        approve_check(approval, cast.approver, cast.days.at(CASE, 16))


def _told(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
