"""The menus of the three shells: what each person can reach, in the office's order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from sjj.web import now


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu; `permission` "" shows it to everybody signed in."""

    label: str
    endpoint: str
    permission: str = ""
    also: tuple[str, ...] = ()  # beginnings of the names of pages that hang on it


OFFICE: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry("今天要办", "home.show"),
            Entry("工作情况", "leading_dashboard.show", "dashboard.read"),
        ),
    ),
    (
        "一单两库一指引",
        (
            Entry("抽查事项", "registers.items", "register.read", ("law", "dut", "topic", "guide")),
            Entry("检查对象", "registers.entities", "register.read"),
            Entry("监管对象分类", "classes.class_start", "register.read"),
            Entry("执法人员", "registers.officers", "register.read"),
            Entry("回避", "registers.recusals", "recusal.read"),
            Entry("底数维护", "registers.upkeep", "register.read"),
            Entry("导入表格", "imports.imports", "register.import"),
        ),
    ),
    (
        "抽查",
        (
            Entry("年度抽查计划", "plan_lines.plan_lines", "campaign.read"),
            Entry("抽查任务", "plans.campaigns", "campaign.read"),
            Entry("抽取", "draws.draws", "draw.read"),
            Entry("抽取提醒", "messages.messages", "draw.witness"),
            Entry("检查审批", "inspections.approvals", "inspection.read"),
            Entry("今天的检查", "inspections.whereabouts", "inspection.read"),
            Entry("检查", "inspections.inspections", "inspection.read"),
            Entry("非现场检查", "offsite.checks", "inspection.read"),
            Entry("联合检查", "inspections.joint", "inspection.read"),
            Entry("后续处置", "followups.problems", "followup.read"),
            Entry("企业异议", "inspections.objections", "inspection.read"),
            Entry("企业评价", "inspections.ratings", "rating.read"),
        ),
    ),
    ("公开与归档", (Entry("公示", "notices.notices", "notice.read"),)),
    (
        "系统",
        (
            Entry("领导小组", "leading.group", "leading.read"),
            Entry("部门与内设机构", "accounts_admin.agencies", "agency.manage"),
            Entry("账号", "accounts_admin.accounts", "account.manage"),
            Entry("文书模板", "paper_settings.papers", "paper.edit"),
            Entry("工作日历", "registers.calendar", "calendar.edit"),
            Entry("操作日志", "audit.log", "audit.read"),
        ),
    ),
)
FIELD: tuple[tuple[Entry, str], ...] = (
    (Entry("任务", "field.tasks"), "task"),
    (Entry("扫码", "field.how_to_scan"), "scan"),
    (Entry("待发送", "field.outbox"), "outbox"),
    (Entry("我的", "field.me"), "me"),
)
PUBLIC: tuple[Entry, ...] = (
    Entry("首页", "public.front"),
    Entry("事项清单", "public.items"),
    Entry("年度计划", "public.plans"),
    Entry("实施方案", "public.schemes"),
    Entry("抽取公告", "public.draws"),
    Entry("检查结果", "public.results"),
    Entry("核对抽取", "public.verify"),
)

_counters: dict[str, Callable[[Any], int]] = {}


def count(endpoint: str, counter: Callable[[Any], int]) -> None:
    """Let the menu show a number beside an entry: what waits there for this person."""
    _counters[endpoint] = counter


def register_navigation(app: Flask) -> None:
    """Hand the shells their menus and who is signed in."""

    @app.context_processor
    def shell() -> dict[str, Any]:
        user = g.get("user")
        return {
            "brand": "随机检",
            "user": user,
            "now": now(),
            "nav": _office(user) if user is not None else [],
            "field_tabs": [_link(entry) | {"icon": icon} for entry, icon in FIELD]
            if user is not None
            else [],
            "public_nav": [_link(entry) for entry in PUBLIC],
            "agency_theme": user.agency.theme if user is not None and user.agency else "林业",
        }


def _office(user: Any) -> list[dict[str, Any]]:
    groups = []
    for label, entries in OFFICE:
        shown = [entry for entry in entries if not entry.permission or user.may(entry.permission)]
        links = [_link(entry) | {"count": _waiting(entry, user)} for entry in shown]
        if links:
            groups.append({"label": label, "links": links})
    return groups


def _waiting(entry: Entry, user: Any) -> int | None:
    counter = _counters.get(entry.endpoint)
    return counter(user) if counter is not None else None


def _link(entry: Entry) -> dict[str, Any]:
    here = request.endpoint or ""
    same_room = here.split(".")[0] == entry.endpoint.split(".")[0]
    own_page = here == entry.endpoint or (
        same_room and here.rsplit(".", 1)[-1].startswith((_stem(entry.endpoint), *entry.also))
    )
    return {"label": entry.label, "url": url_for(entry.endpoint), "current": own_page, "count": None}


def _stem(endpoint: str) -> str:
    name = endpoint.rsplit(".", 1)[-1]
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")
