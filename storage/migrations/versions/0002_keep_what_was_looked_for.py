"""Keep every look at a page for a standing duty, and the moment at which a version was read anew.

A copy of what `schema.py` said then; it never changes, whatever it says later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sightings",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.CheckConstraint("(shown = 'unread') = (reason IS NOT NULL)", name=op.f("sightings_reason_check")),
        sa.CheckConstraint("shown = 'unread' OR sha256 IS NOT NULL", name=op.f("sightings_bytes_check")),
        sa.ForeignKeyConstraint(["sha256"], ["pages.sha256"], name=op.f("sightings_sha256_fkey")),
        sa.PrimaryKeyConstraint("outlet", "item", "url", "at", name=op.f("sightings_pkey")),
    )
    op.create_index(op.f("sightings_at_idx"), "sightings", ["at"], unique=False)
    op.add_column("versions", sa.Column("rebuilt_at", MOMENT, nullable=True))
