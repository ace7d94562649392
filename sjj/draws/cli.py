"""`sjj draw`: verify a receipt like the stand-alone program, list the stored draws, show equal chances, and
finish a draw from its sealed copy where the office cannot or will not.
"""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from sjj.database import db
from sjj.draws.models import Draw
from sjj.draws.sealed_services import SealedCopyDamaged, finish
from sjj.presentation import moment
from sjj.rules import evidence, verify
from sjj.web import now


@click.group()
def draw() -> None:
    """抽取。"""


@draw.command("verify")
@click.argument("file", type=click.Path())
@click.option("--commitment", default="", help="冻结时公布的承诺指纹")
def verify_receipt(file: str, commitment: str) -> None:
    """核对一份抽取凭据（与 python -m sjj.rules.verify 相同）。"""
    sys.exit(verify.main([file, *(["--commitment", commitment] if commitment else [])]))


@draw.command("list")
@with_appcontext
def list_draws() -> None:
    """列出保存的抽取。"""
    query = select(Draw).order_by(Draw.agency_id, Draw.serial)
    for one in db.session.scalars(query):
        hashes = f"承诺 {one.commitment_sha256}" + (f"  凭据 {one.receipt_sha256}" if one.receipt else "")
        click.echo(f"{one.draw_no}  {one.state.label}  冻结于{moment(one.frozen_at)}  {hashes}")


@draw.command("finish")
@click.argument("sealed", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("values", nargs=-1, required=True)
@click.option(
    "--to", required=True, type=click.Path(dir_okay=False, path_type=Path), help="完整凭据写入的文件"
)
def finish_draw(sealed: Path, values: tuple[str, ...], to: Path) -> None:
    """凭封存件和各来源给出的数字（按规则中的次序）完成抽取，不需要原来的数据库。"""
    if to.exists():
        raise click.ClickException(f"“{to}”已经存在，不覆盖")
    try:
        receipt = finish(sealed.read_bytes(), values, now())
    except SealedCopyDamaged as refusal:
        raise click.ClickException(str(refusal)) from refusal
    to.write_bytes(verify.canonical(receipt))
    for check in verify.verify(receipt, receipt["commitment_sha256"]):
        click.echo(verify.line_of(check))
    click.echo(f"完整凭据指纹 {verify.sha256_of(receipt)}")


@draw.command("evidence")
@click.option("--seeds", default=evidence.SEEDS, show_default=True, type=click.IntRange(1), help="种子个数")
@click.option(
    "--objects",
    default=evidence.OBJECTS,
    show_default=True,
    type=click.IntRange(evidence.LEAST_OBJECTS),
    help="名单户数",
)
@click.option(
    "--officers",
    default=evidence.OFFICERS,
    show_default=True,
    type=click.IntRange(evidence.LEAST_OFFICERS),
    help="执法人员人数",
)
def show_evidence(seeds: int, objects: int, officers: int) -> None:
    """用许多种子反复运行本程序的抽取规则，检验机会是否均等。"""
    checks = evidence.judge(evidence.gather(evidence.scenario(objects, officers), seeds))
    click.echo(f"种子1至{seeds}，名单{objects}户，执法人员{officers}人，每户2人")
    for check in checks:
        click.echo(verify.line_of(check))
    sys.exit(1 if any(check.status == verify.FAIL for check in checks) else 0)
