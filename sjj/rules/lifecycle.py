"""The states of a campaign, a draw, a result and a problem, and the moves between them.

Each machine is one table. A move that the table does not name is refused with a sentence that says what
is possible instead.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, TypeVar


class CampaignState(StrEnum):
    """抽查任务."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    FROZEN = "frozen"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class DrawState(StrEnum):
    """抽取."""

    FROZEN = "frozen_draw"
    DRAWN = "drawn"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class ChangeState(StrEnum):
    """变更 of a draw: 递补 of an object, substitution of an officer (draw.md §2.4)."""

    ASKED = "change_asked"
    APPROVED = "change_approved"
    REFUSED = "change_refused"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class ResultState(StrEnum):
    """检查结果 of one inspection (domain.md §6.3)."""

    NOT_ENTERED = "not_entered"
    AWAITING_REVIEW = "awaiting_review"
    SENT_BACK = "sent_back"
    AWAITING_PUBLICATION = "awaiting_publication"
    PUBLISHED = "result_published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class ProblemState(StrEnum):
    """问题."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class ApprovalState(StrEnum):
    """行政检查审批 of one visit."""

    ASKED = "approval_asked"
    APPROVED = "approval_given"
    REFUSED = "approval_refused"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class ObjectionState(StrEnum):
    """异议 of an enterprise."""

    RAISED = "objection_raised"
    ANSWERED = "objection_answered"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class PlanState(StrEnum):
    """年度抽查计划, or one of its adjustments."""

    DRAFT = "plan_draft"
    SUBMITTED = "plan_submitted"
    APPROVED = "plan_approved"
    REPORTED = "plan_reported"
    PUBLISHED = "plan_published"
    DROPPED = "plan_dropped"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


class JobState(StrEnum):
    """Long work in the background."""

    WAITING = "job_waiting"
    RUNNING = "job_running"
    DONE = "job_done"
    FAILED = "job_failed"
    CANCELLED = "job_cancelled"

    @property
    def label(self) -> str:
        """The state's name in the office."""
        return _LABELS[self]


_LABELS: dict[StrEnum, str] = {
    CampaignState.DRAFT: "起草",
    CampaignState.SUBMITTED: "待审批",
    CampaignState.APPROVED: "已批准",
    CampaignState.PUBLISHED: "方案已公示",
    CampaignState.FROZEN: "名单已冻结",
    CampaignState.IN_PROGRESS: "检查中",
    CampaignState.FINISHED: "已完成",
    CampaignState.CANCELLED: "已终止",
    DrawState.FROZEN: "已冻结",
    DrawState.DRAWN: "已抽取",
    DrawState.VOIDED: "已作废",
    ChangeState.ASKED: "待批准",
    ChangeState.APPROVED: "已变更",
    ChangeState.REFUSED: "不予变更",
    ResultState.NOT_ENTERED: "未录入",
    ResultState.AWAITING_REVIEW: "待审核",
    ResultState.SENT_BACK: "审核退回",
    ResultState.AWAITING_PUBLICATION: "待公示",
    ResultState.PUBLISHED: "已公示",
    ResultState.CORRECTED: "已更正",
    ResultState.WITHDRAWN: "已撤回",
    ProblemState.OPEN: "整改中",
    ProblemState.CLOSED: "已闭环",
    ApprovalState.ASKED: "检查待批准",
    ApprovalState.APPROVED: "检查已批准",
    ApprovalState.REFUSED: "检查未批准",
    ObjectionState.RAISED: "异议待答复",
    ObjectionState.ANSWERED: "异议已答复",
    PlanState.DRAFT: "编制中",
    PlanState.SUBMITTED: "计划待审批",
    PlanState.APPROVED: "计划已批准",
    PlanState.REPORTED: "计划已上报",
    PlanState.PUBLISHED: "计划已公示",
    PlanState.DROPPED: "已放弃调整",
    JobState.WAITING: "排队中",
    JobState.RUNNING: "进行中",
    JobState.DONE: "已办完",
    JobState.FAILED: "没有办成",
    JobState.CANCELLED: "已取消",
}

CAMPAIGN_MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.SUBMITTED, CampaignState.CANCELLED}),
    CampaignState.SUBMITTED: frozenset(
        {CampaignState.APPROVED, CampaignState.DRAFT, CampaignState.CANCELLED}
    ),
    CampaignState.APPROVED: frozenset(
        {CampaignState.PUBLISHED, CampaignState.CANCELLED, CampaignState.IN_PROGRESS}
    ),  # at once under way: only a campaign of named objects, without a draw
    CampaignState.PUBLISHED: frozenset({CampaignState.FROZEN, CampaignState.CANCELLED}),
    CampaignState.FROZEN: frozenset({CampaignState.IN_PROGRESS, CampaignState.PUBLISHED}),
    CampaignState.IN_PROGRESS: frozenset({CampaignState.FINISHED, CampaignState.PUBLISHED}),
    CampaignState.FINISHED: frozenset(),
    CampaignState.CANCELLED: frozenset(),
}

DRAW_MOVES: dict[DrawState, frozenset[DrawState]] = {
    DrawState.FROZEN: frozenset({DrawState.DRAWN, DrawState.VOIDED}),
    DrawState.DRAWN: frozenset({DrawState.VOIDED}),
    DrawState.VOIDED: frozenset(),
}

CHANGE_MOVES: dict[ChangeState, frozenset[ChangeState]] = {
    ChangeState.ASKED: frozenset({ChangeState.APPROVED, ChangeState.REFUSED}),
    ChangeState.APPROVED: frozenset(),
    ChangeState.REFUSED: frozenset(),
}

RESULT_MOVES: dict[ResultState, frozenset[ResultState]] = {
    ResultState.NOT_ENTERED: frozenset({ResultState.AWAITING_REVIEW, ResultState.WITHDRAWN}),
    ResultState.AWAITING_REVIEW: frozenset(
        {
            ResultState.AWAITING_REVIEW,
            ResultState.SENT_BACK,
            ResultState.AWAITING_PUBLICATION,
            ResultState.WITHDRAWN,
        }
    ),
    ResultState.SENT_BACK: frozenset({ResultState.AWAITING_REVIEW, ResultState.WITHDRAWN}),
    ResultState.AWAITING_PUBLICATION: frozenset({ResultState.PUBLISHED, ResultState.SENT_BACK}),
    ResultState.PUBLISHED: frozenset({ResultState.CORRECTED, ResultState.WITHDRAWN}),
    ResultState.CORRECTED: frozenset({ResultState.CORRECTED, ResultState.WITHDRAWN}),
    ResultState.WITHDRAWN: frozenset(),
}

PROBLEM_MOVES: dict[ProblemState, frozenset[ProblemState]] = {
    ProblemState.OPEN: frozenset({ProblemState.CLOSED}),
    ProblemState.CLOSED: frozenset({ProblemState.OPEN}),
}

APPROVAL_MOVES: dict[ApprovalState, frozenset[ApprovalState]] = {
    ApprovalState.ASKED: frozenset({ApprovalState.APPROVED, ApprovalState.REFUSED}),
    ApprovalState.APPROVED: frozenset(),
    ApprovalState.REFUSED: frozenset({ApprovalState.ASKED}),
}

OBJECTION_MOVES: dict[ObjectionState, frozenset[ObjectionState]] = {
    ObjectionState.RAISED: frozenset({ObjectionState.ANSWERED}),
    ObjectionState.ANSWERED: frozenset(),
}

PLAN_MOVES: dict[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.SUBMITTED, PlanState.DROPPED}),
    PlanState.SUBMITTED: frozenset({PlanState.APPROVED, PlanState.DRAFT}),
    PlanState.APPROVED: frozenset({PlanState.REPORTED}),
    PlanState.REPORTED: frozenset({PlanState.PUBLISHED}),
    PlanState.PUBLISHED: frozenset(),
    PlanState.DROPPED: frozenset(),
}

JOB_MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.DONE, JobState.FAILED, JobState.WAITING, JobState.CANCELLED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.WAITING}),
    JobState.CANCELLED: frozenset(),
}


class _State(Protocol):
    @property
    def label(self) -> str: ...


S = TypeVar("S", bound=_State)


class RefusedMove(Exception):
    """The move is not in the table; the message says what is possible."""


def move(moves: Mapping[S, frozenset[S]], frm: S, to: S) -> S:
    """Return `to` if the table allows the move, else raise RefusedMove."""
    possible = moves[frm]
    if to in possible:
        return to
    labels = "、".join(f"“{state.label}”" for state in sorted(possible, key=list(moves).index))
    hint = f"只能变为{labels}" if labels else "不能再变更"
    raise RefusedMove(f"当前为“{frm.label}”，不能变为“{to.label}”；{hint}。")
