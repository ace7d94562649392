"""`sjj import`: a workbook into the registers from the command line; without --apply only looked at."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.audit.services import System
from sjj.database import commit, db
from sjj.registers.import_models import ImportBatch, Verdict
from sjj.registers.import_queries import refused_rows
from sjj.registers.import_services import ImportRefused, apply, preview, read_upload
from sjj.registers.scope import Place
from sjj.registers.workbook import BadWorkbook

MOST_TOLD = 50


@click.group("import")
def import_group() -> None:
    """导入登记表格。"""


@import_group.command("entities")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "agency_name", required=True, help="部门全称或机关简称")
@click.option("--apply", "is_to_apply", is_flag=True, help="导入；不加则只看结果")
@with_appcontext
def entities(file: Path, agency_name: str, is_to_apply: bool) -> None:
    """导入检查对象。"""
    _take(file, "entities", agency_name, is_to_apply)


@import_group.command("officers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "agency_name", required=True, help="部门全称或机关简称")
@click.option("--apply", "is_to_apply", is_flag=True, help="导入；不加则只看结果")
@with_appcontext
def officers(file: Path, agency_name: str, is_to_apply: bool) -> None:
    """导入执法人员。"""
    _take(file, "officers", agency_name, is_to_apply)


def _take(file: Path, what: str, agency_name: str, is_to_apply: bool) -> None:
    try:
        upload = read_upload(file.read_bytes(), file.name, what)
    except BadWorkbook as problem:
        raise click.ClickException(str(problem)) from problem
    named = select(Agency).where((Agency.name == agency_name) | (Agency.short_name == agency_name))
    agency = db.session.scalar(named)
    if agency is None:
        raise click.ClickException(f"没有部门“{agency_name}”")
    now = datetime.now(UTC)
    batch = preview(upload, Place(agency), System(), now)
    _tell(batch)
    if not is_to_apply:
        db.session.rollback()
        click.echo("以上只是预览，名录库没有改动。加上 --apply 才会导入。")
        return
    try:
        apply(batch, System(), now)
    except ImportRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    commit()
    click.echo(f"已导入：新增 {batch.count(Verdict.NEW)} 条，更新 {batch.count(Verdict.CHANGED)} 条。")


def _tell(batch: ImportBatch) -> None:
    click.echo("，".join(f"{verdict.label} {batch.count(verdict)}" for verdict in Verdict))
    refused = refused_rows(batch)
    for number, name, reason in refused[:MOST_TOLD]:
        click.echo(f"  第 {number} 行 {name}：{reason}")
    if len(refused) > MOST_TOLD:
        click.echo(f"  另有 {len(refused) - MOST_TOLD} 行不能导入")
