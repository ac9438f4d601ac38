"""The tables: made fresh, upgraded and described, they are the same; and what the database itself refuses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from monitor.errors import Reason
from monitor.press import Verdict, Word
from monitor.seen import Outcome
from storage import Database, articles, migrations, readings, tags
from storage.schema import HEAD, metadata
from storage.types import Choice
from tests.factories import NOON, an_article, page_of

COLUMNS_MD = Path(__file__).parents[2] / "docs" / "columns.md"


def everything(conn: Connection) -> dict[str, Any]:
    """Give all that a database is made of: tables, columns, keys, checks, indexes, triggers, functions."""
    seen = inspect(conn)
    found: dict[str, Any] = {}
    for table in sorted(seen.get_table_names()):
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)],
            "key": seen.get_pk_constraint(table),
            "foreign": sorted(str(key) for key in seen.get_foreign_keys(table)),
            "unique": sorted(str(key) for key in seen.get_unique_constraints(table)),
            "checks": sorted(str(check) for check in seen.get_check_constraints(table)),
            "indexes": sorted(str(index) for index in seen.get_indexes(table)),
        }
    if conn.dialect.name == "sqlite":
        programs = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL%'"
    else:
        programs = (
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            " UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    found["programs"] = sorted((name, " ".join(sql.split())) for name, sql in conn.execute(text(programs)))
    return found


@pytest.fixture
def emptied(db: Database) -> Iterator[Database]:
    """Give a database in which nothing is left."""
    with db.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("DROP SCHEMA public CASCADE"))
            conn.execute(text("CREATE SCHEMA public"))
        else:
            conn.execute(text("DROP TABLE article_search"))
            metadata.drop_all(conn)
            conn.execute(text("DROP TABLE alembic_version"))
    yield db


def test_the_steps_lead_to_what_the_schema_says(db: Database) -> None:
    def ours(name: str | None, kind: str, parents: object) -> bool:
        return not (kind == "table" and (name or "").startswith("article_search"))

    with db.connect() as conn:
        context = MigrationContext.configure(conn, opts={"include_name": ours, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_database_made_at_once_equals_an_upgraded_one(emptied: Database) -> None:
    with emptied.begin() as conn:
        metadata.create_all(conn)
        at_once = everything(conn)
        assert at_once["programs"]
        conn.rollback()
    emptied.upgrade()
    with emptied.connect() as conn:
        assert everything(conn) == at_once


def test_the_newest_step_is_the_one_this_program_asks_for(db: Database) -> None:
    with db.connect() as conn:
        steps = ScriptDirectory.from_config(migrations.config(conn))
    assert steps.get_current_head() == HEAD
    names = [step.revision for step in steps.walk_revisions()]
    assert names == sorted(names, reverse=True), "check() tells older from newer by their order"


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    with db.begin() as conn:
        kept = articles.add(conn, an_article(), page_of(an_article()))
    db.upgrade()
    with db.connect() as conn:
        assert articles.get(conn, kept.id) is not None


def described() -> dict[str, dict[str, str]]:
    """Give columns.md: table → column → meaning."""
    found: dict[str, dict[str, str]] = {}
    for heading, section in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", COLUMNS_MD.read_text("utf-8"), re.S | re.M):
        found[heading] = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.M))
    return found


def test_every_column_is_described_for_people() -> None:
    tables = {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}
    assert {name: list(columns) for name, columns in described().items() if name in tables} == tables


def test_every_word_of_a_closed_list_is_described_for_people() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Choice) and column.type.words is not Reason:
                meaning = described()[table.name][column.name]
                assert [word for word in column.type.words if f"`{word.value}`" not in meaning] == []


@pytest.fixture
def judged(db: Database) -> Database:
    """Give a database with one verdict."""
    with db.begin() as conn:
        stored = articles.add(conn, an_article(), page_of(an_article()))
        tags.review(conn, stored.id, Verdict("9", Word.REJECT, "L.T", NOON))
    return db


@pytest.mark.parametrize("attack", ["UPDATE verdicts SET word = 'confirm'", "DELETE FROM verdicts"])
def test_nobody_can_change_or_remove_a_verdict(judged: Database, attack: str) -> None:
    with pytest.raises(DBAPIError, match="verdicts are only added"), judged.begin() as conn:
        conn.execute(text(attack))


def test_nobody_can_put_a_verdict_in_the_place_of_another(judged: Database) -> None:
    with pytest.raises(DBAPIError, match="verdicts are only added"), judged.begin() as conn:
        if conn.dialect.name == "sqlite":
            conn.execute(text("INSERT OR REPLACE INTO verdicts SELECT * FROM verdicts"))
        else:
            conn.execute(text("TRUNCATE verdicts"))
    with judged.connect() as conn:
        assert conn.execute(text("SELECT word FROM verdicts")).scalar_one() == "reject"


def test_an_announced_piece_is_in_exactly_one_bucket(db: Database) -> None:
    wrong = readings.Reading("r", "bao-mau", "trang-chu", NOON, NOON, Outcome.OK, announced=3, known=1, new=1)
    with pytest.raises(DBAPIError, match="buckets"), db.begin() as conn:
        readings.record(conn, wrong)
