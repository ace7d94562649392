"""Every table of the app, imported in one place so that migrations and checks see all of them."""

from sjj.accounts import leading_models
from sjj.accounts import models as accounts
from sjj.audit import models as audit
from sjj.draws import models as draws
from sjj.files import models as files
from sjj.followups import models as followups
from sjj.inspections import (
    feedback_models,
    offsite_models,
    paper_models,
    part_models,
    scan_models,
    visit_models,
)
from sjj.inspections import models as inspections
from sjj.jobs import models as jobs
from sjj.plans import models as plans
from sjj.plans import plan_clause_models, plan_models
from sjj.publicity import models as publicity
from sjj.registers import calendar_models, import_models, import_staging, recusal_models, upkeep_models
from sjj.registers import models as registers

__all__ = [
    "accounts",
    "audit",
    "calendar_models",
    "draws",
    "feedback_models",
    "files",
    "followups",
    "import_models",
    "import_staging",
    "inspections",
    "jobs",
    "leading_models",
    "offsite_models",
    "paper_models",
    "part_models",
    "plan_clause_models",
    "plan_models",
    "plans",
    "publicity",
    "recusal_models",
    "registers",
    "scan_models",
    "upkeep_models",
    "visit_models",
]
