"""Numbers that an agency gives out one after another, safe while two people ask at the same instant."""

from sqlalchemy import func, select

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.models import Campaign


def hold_agency(agency_id: int) -> None:
    """Let only one transaction number things of this agency until it ends.

    PostgreSQL locks the row against other numberings but not against being referred to; on SQLite the
    transaction already holds the only write lock (BEGIN IMMEDIATE).
    """
    db.session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))


def number_campaign(campaign: Campaign, agency: Agency, year: int) -> None:
    """Give a new campaign the agency's next number of the year: 迁林抽查〔2026〕3号 (domain.md §7)."""
    hold_agency(agency.id)
    last = db.session.scalar(
        select(func.max(Campaign.serial)).where(Campaign.agency_id == agency.id, Campaign.year == year)
    )
    campaign.year, campaign.serial = year, (last or 0) + 1
    campaign.number = f"{agency.short_name}抽查〔{year}〕{campaign.serial}号"
