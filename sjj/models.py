"""Every table of the app, imported in one place so that migrations and checks see all of them."""

from sjj.accounts import models as accounts
from sjj.audit import models as audit
from sjj.draws import models as draws
from sjj.files import models as files
from sjj.followups import models as followups
from sjj.inspections import models as inspections
from sjj.inspections import paper_models
from sjj.plans import models as plans
from sjj.publicity import models as publicity
from sjj.registers import calendar_models, import_models
from sjj.registers import models as registers

__all__ = [
    "accounts",
    "audit",
    "calendar_models",
    "draws",
    "files",
    "followups",
    "import_models",
    "inspections",
    "paper_models",
    "plans",
    "publicity",
    "registers",
]
