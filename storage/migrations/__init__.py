"""The steps that bring an older database to `schema.py`, and the one that makes a new one; run by alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(conn: Connection) -> Config:
    """Give alembic's settings for this connection: built here, since the installed package has no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = conn
    return settings


def upgrade(conn: Connection, step: str = "head") -> None:
    """Go to `step` in the caller's transaction; on both databases tables are made and undone like rows."""
    command.upgrade(config(conn), step)
