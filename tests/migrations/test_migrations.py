"""The numbered migrations lead to exactly the models, and back to nothing."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from sjj.database import db
from sjj.models import accounts
from sjj.paths import MIGRATIONS


def _differences(metadata: MetaData) -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_migrations_equal_the_models(app: Flask) -> None:
    assert accounts.User.__table__ in db.metadata.sorted_tables
    assert _differences(db.metadata) == []


def test_a_model_without_migration_is_seen(app: Flask) -> None:
    planted = MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.sorted_tables:
        table.to_metadata(planted)
    Table("forgotten", planted, Column("id", Integer, primary_key=True))
    assert _differences(planted) != []


@pytest.mark.slow
def test_all_the_way_down_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert _differences(db.metadata) == []


@pytest.mark.parametrize("path", sorted((MIGRATIONS / "versions").glob("*.py")), ids=lambda path: path.stem)
def test_migrations_are_numbered(path: Path) -> None:
    assert path.stem[:4].isdigit()
    assert f'revision = "{path.stem[:4]}"' in path.read_text(encoding="utf-8")


OLD_ROWS = """
INSERT INTO agency (id, name, short_name, theme, division_code, phone, supervision_phone, address, shows_officers, clock_starts)
VALUES (1, '示例县林业局', '示林', '林业', '130000', '', '', '', false, 'visit');
INSERT INTO campaign (id, agency_id, year, serial, number, name, check_type, purpose, method, starts_on, ends_on, scope, team_size, needs, publishes_at_once, state, created_at, sent_back_reason, scheme, cancelled_reason)
VALUES (1, 1, 2026, 1, '示林抽查〔2026〕1号', '抽查', '日常', '', '实地检查', '2026-03-01', '2026-03-31', '{}', 2, '[]', false, 'in_progress', '2026-02-01 00:00:00', '', '{}', '');
INSERT INTO campaign_stratum (id, campaign_id, position, name, "by", value, take, basis, closed)
VALUES (1, 1, 0, '全部', 'all', '', '1', '', false);
INSERT INTO entity (id, agency_id, kind, code, name, pinyin, entity_type, registration_authority, state, legal_representative, phone, contact, address, township, industry, business_scope, capital, supervision_class, credit_risk, extra, token, updated_at)
VALUES (1, 1, 'other', 'N-1', '地块', '', '', '', '在业', '', '', '', '', '', '', '', '', '一般', '', '{}', 't1', '2026-02-01 00:00:00');
INSERT INTO officer (id, agency_id, code, name, pinyin, gender, certificate_no, issuer, post, phone, "group", on_duty, extra, updated_at)
VALUES (1, 1, 'ZF-001', '张', '', '', '', '', '', '', '', true, '{}', '2026-02-01 00:00:00');
INSERT INTO recusal (id, officer_id, entity_id, reason, declared_at, decision_note)
VALUES (1, 1, 1, '亲属', '2026-02-01 00:00:00', '');
INSERT INTO draw (id, agency_id, campaign_id, live_campaign_id, draw_no, serial, state, frozen_at, commitment, commitment_sha256, pool, rule, secret, entity_ids, officer_ids, values_typed, outside_values, receipt, receipt_sha256, void_reason)
VALUES (1, 1, 1, 1, '示-1', 1, 'drawn', '2026-03-02 00:00:00', '{}', 'c', '[]', '{}', 's', '{}', '{}', '[]', '[]', '{}', 'r', '');
INSERT INTO drawn_object (draw_id, place, entity_id, code, name, address, stratum, ticket, team)
VALUES (1, 1, 1, 'N-1', '地块', '', '全部', '0.1', '["ZF-001", "ZF-002"]')
"""


@pytest.mark.slow
def test_rows_of_an_older_version_are_kept(app: Flask) -> None:
    """A table made anew takes none of the rows along that point to it, and old draws get what is new."""
    db.session.remove()
    downgrade(revision="0008")
    with db.engine.begin() as connection:
        for statement in OLD_ROWS.strip().split(";\n"):
            connection.exec_driver_sql(statement)
    upgrade()
    with db.engine.begin() as connection:
        for table in ("campaign", "campaign_stratum", "entity", "recusal", "draw", "drawn_object"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 1, table
        team, left = connection.exec_driver_sql("SELECT team_now, left_by FROM drawn_object").one()
        assert "ZF-002" in str(team)
        assert left is None
        assert connection.exec_driver_sql("SELECT revealed FROM draw").scalar() == 1
        assert connection.exec_driver_sql("SELECT team_unit FROM campaign").scalar() == "officer"
    db.session.remove()
    downgrade(revision="base")
    upgrade()
