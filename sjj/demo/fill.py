"""The whole demo in its order: bureaus, registers, plan, campaigns, visits. Never commits: all of it or nothing."""

from datetime import date

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.demo.accounts import add_bureau, add_officers, add_people_everywhere
from sjj.demo.campaigns import campaigns_of, hold_draw, make_campaign, make_plan
from sjj.demo.cast import Cast
from sjj.demo.classes import fill_classes
from sjj.demo.days import OfficeDays
from sjj.demo.feedback import fill_feedback
from sjj.demo.joint import fill_joint
from sjj.demo.lists import fill_lists
from sjj.demo.offsite import fill_offsite
from sjj.demo.outcomes import finish, go_on
from sjj.demo.people import fill_people
from sjj.demo.plan_lines import write_plan
from sjj.demo.plan_versions import adjust_plan, publish_plans
from sjj.demo.registers import fill_items, fill_recusals, fill_registers
from sjj.demo.site import equip
from sjj.demo.today import fill_today
from sjj.demo.words import bureaus
from sjj.registers.calendar import work_calendar

BEGINNING = -60  # working days ago: when the installation was set up


def is_filled() -> bool:
    """Whether the database holds agencies already."""
    return db.session.scalar(select(Agency.id).limit(1)) is not None


def fill(password: str, day: date) -> None:
    """Fill an empty database so that it looks like an office in the middle of its work on that day."""
    days = OfficeDays(day, work_calendar())
    add_people_everywhere(password, days.at(BEGINNING, 9))
    casts = []
    for number, bureau in enumerate(bureaus()):
        cast = add_bureau(bureau, password, days, days.at(BEGINNING, 9, 10 + number))
        _tell(cast, password)
        casts.append(cast)
    fill_joint(casts)


def _tell(cast: Cast, password: str) -> None:
    days = cast.days
    fill_items(cast, days.at(BEGINNING, 14))
    fill_registers(cast, days.at(BEGINNING + 1, 9))
    fill_recusals(cast)
    make_plan(cast, days.at(BEGINNING + 2, 10))
    write_plan(cast, days.at(BEGINNING + 2, 10, 30))
    publish_plans(cast, BEGINNING + 3)
    told = campaigns_of(cast)
    drawn = {}
    for stage, campaign in told.items():
        made = make_campaign(cast, campaign)
        if stage in ("finished", "in_field"):
            drawn[stage] = hold_draw(cast, made, campaign)
    add_officers(cast, password, days.at(BEGINNING + 1, 10))
    equip(cast)
    finish(cast, drawn["finished"], told["finished"])
    go_on(cast, drawn["in_field"], told["in_field"])
    fill_today(cast, drawn["in_field"])
    fill_offsite(cast, told["finished"])
    fill_feedback(cast, drawn["finished"], drawn["in_field"])
    fill_classes(cast)
    fill_lists(cast)
    fill_people(cast, password)
    adjust_plan(cast)
