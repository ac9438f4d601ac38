"""Lay the tables of version 2026.1, the search index, and the guard over verdicts.

A copy of what `schema.py` and `upkeep.py` said then; it never changes, whatever they say later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

SQLITE = (
    """CREATE VIRTUAL TABLE article_search USING fts5(
        folded, content='articles', content_rowid='id', tokenize="ascii tokenchars '_'")""",
    """CREATE TRIGGER article_search_added AFTER INSERT ON articles BEGIN
        INSERT INTO article_search (rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER article_search_removed AFTER DELETE ON articles BEGIN
        INSERT INTO article_search (article_search, rowid, folded) VALUES ('delete', old.id, old.folded); END""",
    """CREATE TRIGGER article_search_changed AFTER UPDATE OF id, folded ON articles BEGIN
        INSERT INTO article_search (article_search, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO article_search (rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER verdicts_not_changed BEFORE UPDATE ON verdicts BEGIN
        SELECT RAISE(ABORT, 'verdicts are only added'); END""",
    """CREATE TRIGGER verdicts_not_removed BEFORE DELETE ON verdicts BEGIN
        SELECT RAISE(ABORT, 'verdicts are only added'); END""",
    """CREATE TRIGGER verdicts_not_replaced BEFORE INSERT ON verdicts
        WHEN EXISTS (SELECT 1 FROM verdicts WHERE id = new.id) BEGIN
        SELECT RAISE(ABORT, 'verdicts are only added'); END""",
)

POSTGRESQL = (
    """CREATE TABLE article_search (
        article_id BIGINT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, words TSVECTOR NOT NULL)""",
    "CREATE INDEX article_search_words_idx ON article_search USING gin (words)",
    """CREATE FUNCTION article_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO article_search (article_id, words)
    SELECT new.id, coalesce(string_agg('''' || word || ''':' || place, ' '), '')::tsvector
    FROM unnest(string_to_array(new.folded, ' ')) WITH ORDINALITY AS w(word, place)
    ON CONFLICT (article_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $$""",
    """CREATE TRIGGER article_search_kept AFTER INSERT OR UPDATE OF id, folded ON articles
        FOR EACH ROW EXECUTE FUNCTION article_search_keep()""",
    """CREATE FUNCTION verdicts_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'verdicts are only added';
END $$""",
    "CREATE TRIGGER verdicts_kept BEFORE UPDATE OR DELETE ON verdicts FOR EACH ROW EXECUTE FUNCTION verdicts_keep()",
    """CREATE TRIGGER verdicts_not_emptied BEFORE TRUNCATE ON verdicts
        FOR EACH STATEMENT EXECUTE FUNCTION verdicts_keep()""",
)


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("modified_at", MOMENT, nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("outlet", "identity", name=op.f("links_pkey")),
    )
    op.create_table(
        "pages",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pages_pkey")),
    )
    op.create_table(
        "readings",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("announced", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("overflow", sa.Boolean(), nullable=False),
        sa.Column("covers_first", sa.Date(), nullable=True),
        sa.Column("covers_last", sa.Date(), nullable=True),
        sa.CheckConstraint("(covers_first IS NULL) = (covers_last IS NULL)", name=op.f("readings_covers_check")),
        sa.CheckConstraint(
            "announced = known + new + updated + refused + failed + pending", name=op.f("readings_buckets_check")
        ),
        sa.PrimaryKeyConstraint("outlet", "source", "at", name=op.f("readings_pkey")),
    )
    op.create_index(op.f("readings_at_idx"), "readings", ["at"], unique=False)
    op.create_table(
        "validators",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("outlet", "source", "url", name=op.f("validators_pkey")),
    )
    op.create_table(
        "articles",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("date_source", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("extracted_by", sa.Text(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("work", NUMBER, nullable=True),
        sa.Column("reprint_of", NUMBER, nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reprint_of"], ["articles.id"], name=op.f("articles_reprint_of_fkey")),
        sa.ForeignKeyConstraint(["sha256"], ["pages.sha256"], name=op.f("articles_sha256_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("articles_pkey")),
        sa.UniqueConstraint("outlet", "identity", name=op.f("articles_outlet_identity_key")),
    )
    op.create_index(op.f("articles_outlet_published_on_idx"), "articles", ["outlet", "published_on"], unique=False)
    op.create_index(op.f("articles_published_on_idx"), "articles", ["published_on"], unique=False)
    op.create_index(op.f("articles_work_idx"), "articles", ["work"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("addresses_article_id_fkey")),
        sa.PrimaryKeyConstraint("article_id", "url", name=op.f("addresses_pkey")),
    )
    op.create_table(
        "tagged",
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("tagged_article_id_fkey")),
        sa.PrimaryKeyConstraint("article_id", "by", name=op.f("tagged_pkey")),
    )
    op.create_table(
        "tags",
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("tags_article_id_fkey")),
        sa.PrimaryKeyConstraint("article_id", "item", "by", name=op.f("tags_pkey")),
    )
    op.create_index(op.f("tags_item_article_id_idx"), "tags", ["item", "article_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("verdicts_article_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("verdicts_pkey")),
    )
    op.create_index(op.f("verdicts_article_id_item_id_idx"), "verdicts", ["article_id", "item", "id"], unique=False)
    op.create_table(
        "versions",
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("date_source", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("extracted_by", sa.Text(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("versions_article_id_fkey")),
        sa.ForeignKeyConstraint(["sha256"], ["pages.sha256"], name=op.f("versions_sha256_fkey")),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("versions_pkey")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
