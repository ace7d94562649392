"""A small list that somebody uploads: opened once so that a bad file is told at its field, then kept for the preview."""

from datetime import datetime

from sjj.database import let_go
from sjj.registers.sheet_forms import SheetForm
from sjj.registers.sheet_uploads import keep
from sjj.registers.workbook import BadWorkbook, open_workbook


def take_in(form: SheetForm, what: str, agency_id: int, about: str, user_id: int, now: datetime) -> str:
    """The token that the preview finds it by; "" where the file cannot be opened, which its field then says."""
    file = form.file.data
    let_go()  # nobody waits for the database while a file is being read
    data = file.read()
    try:
        open_workbook(data, file.filename)
    except BadWorkbook as problem:
        form.file.errors = [str(problem)]
        return ""
    return keep(what, agency_id, about, file.filename, data, user_id, now)
