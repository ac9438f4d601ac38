"""Remember between runs what hosts asked for, where sources moved to, and which pieces are to be read again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables.

    What the servers were last answered with is asked for anew, so that it is known what it proves.
    """
    op.add_column("readings", sa.Column("whole_since", MOMENT))
    op.add_column("readings", sa.Column("unchanged", sa.Boolean()))
    op.drop_table("validators")
    op.create_table(
        "validators",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("following", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("outlet", "source", "url", name="validators_pkey"),
    )
    op.create_table(
        "rechecks",
        sa.Column("article_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="rechecks_article_id_fkey"),
        sa.PrimaryKeyConstraint("article_id", name="rechecks_pkey"),
    )
    op.create_index("rechecks_due_at_idx", "rechecks", ["due_at"])
    op.create_table(
        "withdrawals",
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returned_at", MOMENT),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="withdrawals_article_id_fkey"),
        sa.PrimaryKeyConstraint("article_id", "at", name="withdrawals_pkey"),
    )
    op.create_table(
        "moves",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("outlet", "url", name="moves_pkey"),
    )
    op.create_table(
        "silences",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("host", name="silences_pkey"),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("origin", name="robots_pkey"),
    )
    op.create_table(
        "not_found_pages",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("outlet", name="not_found_pages_pkey"),
    )
    op.create_table(
        "unread_pages",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["pages.sha256"], name="unread_pages_sha256_fkey"),
        sa.PrimaryKeyConstraint("outlet", "identity", name="unread_pages_pkey"),
    )
