"""What the demo's enterprises said of their visits: some ratings, an objection that waits, one that was answered."""

from collections.abc import Sequence
from datetime import date

from sjj.demo.cast import Cast
from sjj.demo.days import moment
from sjj.draws.models import Draw
from sjj.inspections.dispatch import dispatched
from sjj.inspections.feedback_events import bearer_of_the_code
from sjj.inspections.feedback_services import Said, answer, raise_objection, rate
from sjj.inspections.models import Inspection
from sjj.registers.models import Entity

SAID = (
    (5, "来了两个人，先亮证再看，不到一小时就走了。（演示）"),
    (5, ""),
    (4, "问得很细，也教了我们台账怎么记。（演示）"),
    (5, "没有影响生产。（演示）"),
    (3, "来的那天正忙，能提前打个电话就好了。（演示）"),
    (4, ""),
    (5, "讲政策讲得明白。（演示）"),
)
RAISED = "笔录里说台账不全，当天台账在会计手里，第二天已经补拿到大队，请核实后更正。（演示）"
QUESTION = "结果里写的面积和我们证上的不一样，请再核一下。（演示）"
ANSWER = (
    "已调阅证件和现场照片核对：笔录所写是现场实测面积，证载面积在附件里已注明，两者不矛盾，结果不变。（演示）"
)


def fill_feedback(cast: Cast, finished: Draw, in_field: Draw) -> None:
    """Ratings and an answered objection of the visits that are over, one that waits of the latest record."""
    visited = [one for one in dispatched(finished) if one.ended_on is not None]
    _rate(cast, visited)
    questioned = visited[1]
    day = cast.days.after(_ended(questioned), 2)
    said = Said(_speaker(questioned.entity), "13800000000", QUESTION)
    raised = raise_objection(questioned, said, bearer_of_the_code(""), moment(day, 9, 20))
    answer(raised, ANSWER, cast.clerk, moment(cast.days.after(day, 2), 15))
    newest = next(one for one in reversed(dispatched(in_field)) if one.revision is not None)
    said = Said(_speaker(newest.entity), "13800000001", RAISED)
    raise_objection(newest, said, bearer_of_the_code(""), moment(cast.days.day(-1), 10, 5))


def _rate(cast: Cast, visited: Sequence[Inspection]) -> None:
    for number, inspection in enumerate(visited):
        points, words = SAID[number % len(SAID)]
        rate(inspection, points, words, moment(cast.days.after(_ended(inspection), 1), 19, number))


def _ended(inspection: Inspection) -> date:
    assert inspection.ended_on is not None  # noqa: S101 - chosen so
    return inspection.ended_on


def _speaker(entity: Entity) -> str:
    return entity.legal_representative or "负责人"
