"""Registers as offices really receive them, where they lie beside the project: all goes in by itself."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.audit.services import System
from sjj.database import commit, db
from sjj.registers.import_models import ImportRow, Verdict
from sjj.registers.import_services import apply, preview, read_upload
from sjj.registers.models import Entity
from sjj.registers.scope import Place
from tests.makers.accounts import make_agency
from tests.registers.imported import NOW, how_many

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "registers"
FILES = sorted(FOLDER.glob("*.*")) if FOLDER.is_dir() else []


@pytest.mark.skipif(not FILES, reason="no real registers on this machine")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.suffix[1:]} {file.stat().st_size}")
def test_a_real_register_goes_in_whole_and_comes_again_unchanged(app: Flask, file: Path) -> None:
    place = Place(make_agency())
    upload = read_upload(file.read_bytes(), file.name, "entities")
    batch = preview(upload, place, System(), NOW)
    commit()
    rejected = db.session.scalars(select(ImportRow).where(ImportRow.verdict == Verdict.REJECTED)).all()
    assert [(row.number, row.reason) for row in rejected] == []
    assert batch.counts == {"new": len(upload.rows)}
    apply(batch, System(), NOW)
    commit()
    assert how_many() == len(upload.rows)
    values = {value for each in db.session.scalars(select(Entity)) for value in (each.address, each.capital)}
    assert "N/A" not in values
    again = preview(upload, place, System(), NOW)
    commit()
    assert again.counts == {"unchanged": len(upload.rows)}


@pytest.mark.skipif(not FILES, reason="no real registers on this machine")
def test_the_same_register_as_workbook_and_as_csv_is_the_same(app: Flask) -> None:
    twins = [file for file in FILES if file.stem.startswith("迁西")]
    assert len(twins) == 2
    place = Place(make_agency())
    for file, verdict in zip(twins, ("new", "unchanged"), strict=True):
        upload = read_upload(file.read_bytes(), file.name, "entities")
        batch = preview(upload, place, System(), NOW)
        assert batch.counts == {verdict: len(upload.rows)}
        apply(batch, System(), NOW)
        commit()
