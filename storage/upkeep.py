"""What the database itself keeps, whoever writes to it: the search index, and verdicts that are never changed.

Both databases get the same rules in their own words; `migrations` hold a copy that never changes again.
"""

from sqlalchemy import DDL, MetaData, event

SQLITE = (
    # External content: the index holds positions, the words stay in `articles.folded`. Those are bare words already, so
    # the plainest tokenizer is right: ASCII letters, digits and _, and everything beyond ASCII, make words.
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
    # INSERT OR REPLACE removes a row without firing the trigger above.
    """CREATE TRIGGER verdicts_not_replaced BEFORE INSERT ON verdicts
        WHEN EXISTS (SELECT 1 FROM verdicts WHERE id = new.id) BEGIN
        SELECT RAISE(ABORT, 'verdicts are only added'); END""",
)

POSTGRESQL = (
    """CREATE TABLE article_search (
        article_id BIGINT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, words TSVECTOR NOT NULL)""",
    "CREATE INDEX article_search_words_idx ON article_search USING gin (words)",
    # The vector is written word by word: to_tsvector would split words its own way and answer otherwise than FTS5.
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


def attach(metadata: MetaData) -> None:
    """Make `metadata.create_all` create all of it, too."""
    for name, statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
        for statement in statements:
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(metadata, "after_create", ddl.execute_if(dialect=name))
