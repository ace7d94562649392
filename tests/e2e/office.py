"""One office for a whole module of tests: its server runs once, each test brings phones and visits of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from sjj.database import db
from sjj.inspections.models import Inspection
from tests.e2e.phone_form import Visit, visit_of
from tests.e2e.stored import Stored, records
from tests.live import LiveServer
from tests.makers.inspections import make_inspection, make_officer_user

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@dataclass
class Office:
    """The app on its database, the server, and the browser that its phones are held in."""

    app: Flask
    server: LiveServer
    browser: Browser

    @property
    def address(self) -> str:
        """Where the server answers."""
        return self.server.address

    def visits(self, number: int = 1) -> list[Visit]:
        """Inspections of one team; the first of its officers has the account."""
        first = make_inspection()
        officers = [member.officer for member in first.team]
        more = [make_inspection(campaign=first.campaign, officers=officers) for _ in range(number - 1)]
        plain = [(str(one.uid), one.entity.token) for one in more]
        visit = visit_of(first)
        return [visit, *(Visit(uid, token, visit.username, visit.team) for uid, token in plain)]

    def colleague_of(self, visit: Visit) -> Visit:
        """The same visit for the second of its team."""
        found = inspection_of(visit)
        username = make_officer_user(found.team[1].officer).username
        db.session.commit()
        return Visit(visit.uid, visit.token, username, visit.team)

    def records_of(self, visit: Visit) -> list[Stored]:
        """What the server has of one visit, in the order of arrival."""
        return [one for one in records() if one.inspection == visit.uid]

    @contextmanager
    def phone(self, **more: object) -> Iterator[Page]:
        """A phone of its own; closing it forgets everything on it."""
        context: BrowserContext = self.browser.new_context(**(PHONE | more))  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(20_000)
        try:
            yield page
        finally:
            context.close()


def inspection_of(visit: Visit) -> Inspection:
    """The visit as the server has it."""
    return db.session.scalars(select(Inspection).where(Inspection.uid == UUID(visit.uid))).one()
