"""Problems, notices and partners of before the joint results are kept and learn whose they are."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from sjj.database import db
from sjj.plans.models import CampaignPartner
from sjj.rules.lifecycle import CampaignState
from tests.makers.accounts import make_agency
from tests.makers.plans import make_campaign
from tests.makers.publicity import make_notice, make_problem


@pytest.mark.slow
def test_rows_from_before_joint_results(app: Flask) -> None:
    """A problem is its visit's agency's; a partner of what was submitted already took part."""
    problem = make_problem()
    notice = make_notice(problem.inspection)
    asked, draft = (make_campaign(state=state) for state in (CampaignState.PUBLISHED, CampaignState.DRAFT))
    for campaign in (asked, draft):
        campaign.partners.append(CampaignPartner(place=2, agency=make_agency()))
    db.session.commit()
    told = {"agency": problem.inspection.agency_id, "visit": notice.inspection_id, "asked": asked.id}
    db.session.remove()
    downgrade(revision="0012")
    upgrade()
    with db.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT agency_id FROM problem").scalar() == told["agency"]
        assert connection.exec_driver_sql("SELECT live_inspection_id FROM notice").scalar() == told["visit"]
        words = dict(connection.exec_driver_sql("SELECT campaign_id, consent FROM campaign_partner").all())
        assert {word for number, word in words.items() if number == told["asked"]} == {"yes"}
        assert {word for number, word in words.items() if number != told["asked"]} == {""}
