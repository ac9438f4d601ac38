"""What every test may ask for: a real database of each kind."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Database, open_database
from tests.postgres import scratch_postgres

POSTGRES = os.environ.get("MONITOR_TEST_POSTGRES")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a fresh database at the newest schema."""
    if request.param == "sqlite":
        with open_database(f"sqlite:///{tmp_path}/monitor.db") as database:
            database.upgrade()
            yield database
        return
    if not POSTGRES:
        if os.environ.get("CI"):
            pytest.fail("MONITOR_TEST_POSTGRES is not set; with CI=true nothing may be skipped")
        pytest.skip("no PostgreSQL server (MONITOR_TEST_POSTGRES is not set; `make test` starts one)")
    with scratch_postgres(POSTGRES, f"t{uuid.uuid4().hex[:12]}") as url, open_database(url) as database:
        database.upgrade()
        yield database
