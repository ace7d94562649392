"""`sjj import`: a workbook into the registers from the command line; without --apply only looked at."""

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.audit.services import System
from sjj.database import commit, db, only_reading
from sjj.jobs.queries import is_open
from sjj.jobs.runner_cli import run_one
from sjj.registers import import_jobs as jobs
from sjj.registers.import_files import forget_file, keep_file
from sjj.registers.import_models import ImportBatch, ImportState, Verdict
from sjj.registers.import_pieces import judge_rows
from sjj.registers.import_queries import refused_rows
from sjj.registers.import_services import (
    AT_ONCE,
    ImportRefused,
    Upload,
    apply,
    hold_batch,
    new_batch,
    preview,
    read_upload,
)
from sjj.registers.import_settling import choose
from sjj.registers.import_synonyms import learned_by
from sjj.registers.scope import Place
from sjj.registers.workbook import BadWorkbook

LOOK_EVERY = 0.5
MOST_TOLD = 50
CONFLICTS = "上次导入后有人改过的：file 以表格为准，kept 保留手工改动"


@click.group("import")
def import_group() -> None:
    """导入登记表格。"""


@import_group.command("entities")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "agency_name", required=True, help="部门全称或机关简称")
@click.option("--apply", "is_to_apply", is_flag=True, help="导入；不加则只看结果")
@click.option("--conflicts", type=click.Choice(["file", "kept"]), help=CONFLICTS)
@with_appcontext
def entities(file: Path, agency_name: str, is_to_apply: bool, conflicts: str | None) -> None:
    """导入检查对象。"""
    _take(file, "entities", agency_name, is_to_apply, conflicts or "")


@import_group.command("officers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "agency_name", required=True, help="部门全称或机关简称")
@click.option("--apply", "is_to_apply", is_flag=True, help="导入；不加则只看结果")
@click.option("--conflicts", type=click.Choice(["file", "kept"]), help=CONFLICTS)
@with_appcontext
def officers(file: Path, agency_name: str, is_to_apply: bool, conflicts: str | None) -> None:
    """导入执法人员。"""
    _take(file, "officers", agency_name, is_to_apply, conflicts or "")


def _take(file: Path, what: str, agency_name: str, is_to_apply: bool, conflicts: str) -> None:
    with only_reading():
        named = select(Agency.id).where((Agency.name == agency_name) | (Agency.short_name == agency_name))
        agency_id = db.session.scalar(named)
        learned = learned_by(agency_id, what) if agency_id else {}
    try:
        upload = read_upload(file.read_bytes(), file.name, what, learned)
    except BadWorkbook as problem:
        raise click.ClickException(str(problem)) from problem
    if agency_id is None:
        raise click.ClickException(f"没有部门“{agency_name}”")
    if not is_to_apply:
        _look(upload, agency_id)
        click.echo("以上只是预览，名录库没有改动。加上 --apply 才会导入。")
        return
    now = datetime.now(UTC)
    try:
        if len(upload.rows) > jobs.MANY_ROWS:
            batch = _in_pieces(file, what, agency_id, conflicts, now)
        else:
            batch = preview(upload, Place(db.session.get_one(Agency, agency_id)), System(), now)
            _tell(batch)
            batch.settle = conflicts
            apply(batch, System(), now)
            commit()
    except ImportRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"已导入：新增 {batch.count(Verdict.NEW)} 条，更新 {batch.count(Verdict.CHANGED)} 条。")


def _look(upload: Upload, agency_id: int) -> None:
    """Hold the file against the register and write nothing at all: nobody waits for it."""
    counts: Counter[Verdict] = Counter()
    refused: list[tuple[int, str, str]] = []
    for start in range(0, len(upload.rows), AT_ONCE):
        with only_reading():
            agency = db.session.get_one(Agency, agency_id)
            for row, said in judge_rows(upload.rows[start : start + AT_ONCE], agency, None, upload.what):
                counts[said.verdict] += 1
                if said.verdict is Verdict.REJECTED:
                    refused.append((row.number, row.name, said.reason))
    _say(counts, refused)


def _in_pieces(file: Path, what: str, agency_id: int, conflicts: str, now: datetime) -> ImportBatch:
    """A large file as the pages do it: short pieces, one short final step; whoever kills it finds all or nothing."""
    place = Place(db.session.get_one(Agency, agency_id))
    batch = new_batch(what, file.name, keep_file(file.read_bytes()), place, System(), now)
    jobs.ask_for(jobs.READ, batch, ImportState.READING, None, now)
    number = batch.id
    commit()
    batch = _done(number)
    if batch.state is ImportState.FAILED:
        raise ImportRefused(batch.header["problem"])
    _tell(batch)
    hold_batch(batch)
    if missing := choose(batch, conflicts):
        raise ImportRefused(f"{missing}：加上 --conflicts，或者在网页的“导入记录”里逐行决定")
    jobs.ask_for(jobs.APPLY, batch, ImportState.APPLYING, None, now)
    commit()
    batch = _done(number)
    if batch.state is not ImportState.APPLIED:
        raise ImportRefused(batch.header.get("refusal", "没有导入"))
    forget_file(batch.file_sha256)
    return batch


def _done(number: int) -> ImportBatch:
    """Carry the work on until it is through; where a server runs, its own runner may be the quicker one."""
    while True:
        with only_reading():
            batch = db.session.get_one(ImportBatch, number, populate_existing=True)
            job = batch.job
            if job is not None and not is_open(job):
                if job.problem:
                    raise ImportRefused(job.problem)
                break
            doing = job.doing if job is not None else ""
        if doing:
            click.echo(doing, err=True)
        if not run_one():
            time.sleep(LOOK_EVERY)
    return db.session.get_one(ImportBatch, number, populate_existing=True)


def _tell(batch: ImportBatch) -> None:
    _say({verdict: batch.count(verdict) for verdict in Verdict}, refused_rows(batch))


def _say(counts: Mapping[Verdict, int], refused: list[tuple[int, str, str]]) -> None:
    click.echo("，".join(f"{verdict.label} {counts.get(verdict, 0)}" for verdict in Verdict))
    for number, name, reason in refused[:MOST_TOLD]:
        click.echo(f"  第 {number} 行 {name}：{reason}")
    if len(refused) > MOST_TOLD:
        click.echo(f"  另有 {len(refused) - MOST_TOLD} 行不能导入")
