"""`make bench`: every figure of the project against its peer, measured in this run, printed as one table.

Each module `*_bench.py` here offers `run() -> list[tuple[name, figure, target, kept]]`.
"""

import importlib
import platform
import sys
from pathlib import Path

import click

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Run all benches (or those named) and print the table; 1 if any target is missed."""
    click.echo(f"Python {platform.python_version()}，{platform.machine()}")
    rows: list[tuple[str, str, str, bool]] = []
    for path in sorted(HERE.glob("*_bench.py")):
        if wanted and path.stem.removesuffix("_bench") not in wanted:
            continue
        click.echo(f"… {path.stem}", err=True)
        rows += importlib.import_module(f"tests.bench.{path.stem}").run()
    for name, figure, target, kept in rows:
        click.echo(f"{'达到' if kept else '未达到'} | {name} | {figure} | 目标 {target}")
    return 0 if all(kept for *_, kept in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
