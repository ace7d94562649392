"""`sjj preset`: the preset packs from the command line."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.audit.services import System
from sjj.database import commit, db
from sjj.registers.presets import UnknownPack, load_pack, packs


@click.group()
def preset() -> None:
    """预置包。"""


@preset.command("list")
def list_packs() -> None:
    """列出预置包。"""
    for code, pack in packs().items():
        click.echo(f"{code}\t{pack['name']}\t{len(pack['items'])} 项\t{pack['status']}")


@preset.command("load")
@click.argument("pack")
@click.option("--agency", "agency_name", required=True, help="部门全称")
@with_appcontext
def load(pack: str, agency_name: str) -> None:
    """把预置包载入一个部门；已有的编号不动。"""
    agency = db.session.scalar(select(Agency).where(Agency.name == agency_name))
    if agency is None:
        raise click.ClickException(f"没有部门“{agency_name}”")
    try:
        done = load_pack(agency, pack, System(), datetime.now(UTC))
    except UnknownPack as refusal:
        raise click.ClickException(str(refusal)) from refusal
    commit()
    click.echo(
        f"已载入“{done.name}”：新增 {done.items} 项，已有 {done.skipped} 项未动，新增依据 {done.laws} 部"
    )
