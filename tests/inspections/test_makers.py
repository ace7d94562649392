"""The makers make what they say: each state with its record, complete and checked like any other."""

import pytest
from flask import Flask

from sjj.database import db
from sjj.inspections.models import Submission
from sjj.inspections.submission_queries import missing_files, state_of
from sjj.rules.lifecycle import ResultState
from tests.makers.inspections import make_inspection

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("state", list(ResultState), ids=lambda state: state.label)
def test_an_inspection_is_made_in_any_state(app: Flask, state: ResultState) -> None:
    inspection = make_inspection(state=state)
    assert inspection.state is state
    if state in (ResultState.NOT_ENTERED, ResultState.WITHDRAWN):
        assert inspection.revision is None
        return
    record = db.session.get_one(Submission, inspection.revision)
    assert state_of(record, missing_files(record)) == "complete"
    assert [row.result for row in inspection.results] == ["未发现问题"]
    assert inspection.result == "未发现问题"
