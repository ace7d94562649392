"""In which state one visit is, in the office's words, from what is known of it. Pure: it asks nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sjj.inspections.models import Inspection, Submission
from sjj.inspections.visit_models import Reschedule
from sjj.rules.lifecycle import ResultState
from sjj.web import SHANGHAI, today

AT_DESK = "desk"


class Stage(IntEnum):
    """What the office has to look at first stands first."""

    SENT_BACK = 1
    KEPT_ASIDE = 2
    FILES_MISSING = 3
    ON_SITE = 4
    NOT_FETCHED = 5
    FETCHED = 6
    RECEIVED = 7
    MOVED = 8
    WITHDRAWN = 9


NEEDS_OFFICE = (Stage.SENT_BACK, Stage.KEPT_ASIDE, Stage.FILES_MISSING)
STILL_TO_COME = (Stage.NOT_FETCHED, Stage.FETCHED)


@dataclass(frozen=True, slots=True)
class Seen:
    """An officer's phone told something, at this time."""

    officer_id: int
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class State:
    """The state in words; `tone` colours the words, `more` says what else is known."""

    stage: Stage
    label: str
    tone: str = ""
    more: str = ""

    @property
    def rank(self) -> int:
        """Its place in a list."""
        return int(self.stage)


@dataclass(frozen=True, slots=True)
class Person:
    """An officer of the team, how to reach them, and when their phone was heard last."""

    name: str
    phone: str
    heard: datetime | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One line of the page."""

    inspection: Inspection
    state: State
    team: tuple[Person, ...]
    kept: Submission | None

    @property
    def group(self) -> tuple[int, str]:
        """Agency and section under whose heading it stands."""
        section = self.inspection.campaign.section
        return (self.inspection.agency_id, section.name if section else "")


def whereabouts_of(
    visit: Inspection, seen: Sequence[Seen], moved: Reschedule | None, missing: int, now: datetime
) -> Whereabouts:
    """The line of a visit. `moved`: away from today; `missing`: files of the record in force."""
    waiting = [one for one in visit.submissions if one.kept_status is not None and one.settled_at is None]
    team = tuple(
        Person(
            member.officer.name,
            member.officer.phone,
            max((one.at for one in seen if one.officer_id == member.officer_id), default=None),
        )
        for member in visit.team
        if member.left_at is None
    )
    state = _state(visit, seen, moved, missing, now, bool(waiting))
    return Whereabouts(visit, state, team, waiting[-1] if waiting else None)


def _state(
    visit: Inspection,
    seen: Sequence[Seen],
    moved: Reschedule | None,
    missing: int,
    now: datetime,
    has_waiting: bool,
) -> State:
    aside = "另有记录另行保存，等待比对" if has_waiting else ""
    if visit.standing is ResultState.WITHDRAWN:
        return State(Stage.WITHDRAWN, "已撤回", "bad", visit.why_withdrawn)
    arrived = _arrived(visit, seen)
    if visit.standing is ResultState.SENT_BACK and arrived is None:
        return State(Stage.SENT_BACK, "退回", "bad", visit.sent_back_reason)
    if visit.revision is not None and visit.standing is not ResultState.SENT_BACK:
        return _received(visit, missing, aside, now)
    if has_waiting:
        return State(Stage.KEPT_ASIDE, "另行保存", "warn", "收到的记录没有采用，等待比对")
    if arrived is not None:
        return State(Stage.ON_SITE, f"已到现场 {_clock(arrived, now)}", "info")
    if moved is not None and visit.planned_on != today(now):
        on = f"{moved.to_on.month}月{moved.to_on.day}日"
        return State(Stage.MOVED, "改期", "", f"改到 {on}：{moved.reason}")
    fetched = {one.officer_id: one.at for one in seen if one.kind == "fetched"}
    holders = [
        f"{one.officer.name} {_clock(fetched[one.officer_id], now)}"
        for one in visit.team
        if one.left_at is None and one.officer_id in fetched
    ]
    if holders:
        return State(Stage.FETCHED, "已下载到手机", "ok", "、".join(holders))
    return State(Stage.NOT_FETCHED, "未下载", "warn")


def _received(visit: Inspection, missing: int, aside: str, now: datetime) -> State:
    record = next((one for one in visit.submissions if one.uid == visit.revision), None)
    how = "纸质补录" if record is not None and record.source == AT_DESK else ""
    got = f"{_clock(record.received_at, now)} 收到记录" if record is not None else ""
    more = "；".join(text for text in (got, how, aside) if text)
    if missing:
        return State(Stage.FILES_MISSING, f"记录已收，缺 {missing} 个文件", "warn", more)
    if aside:
        return State(Stage.KEPT_ASIDE, "已收齐，另有另存", "warn", more)
    return State(Stage.RECEIVED, "已收齐", "ok", more)


def _arrived(visit: Inspection, seen: Sequence[Seen]) -> datetime | None:
    """When the team came; after a record was sent back only what was told since."""
    since = visit.reviewed_at if visit.standing is ResultState.SENT_BACK else None
    times = [one.at for one in seen if one.kind == "arrived" and (since is None or one.at > since)]
    return max(times, default=None)


def _clock(at: datetime, now: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local:%H:%M}" if today(at) == today(now) else f"{local.month}月{local.day}日 {local:%H:%M}"
