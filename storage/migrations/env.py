"""What alembic runs: the steps, on the connection and in the transaction that the caller has opened."""

from alembic import context

from storage.schema import metadata


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """Leave out the search index, which differs between the databases and is not in the metadata (`upkeep.py`)."""
    return not (kind == "table" and name is not None and name.startswith("article_search"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=include_name,
)
with context.begin_transaction():
    context.run_migrations()
