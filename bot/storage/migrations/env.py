"""What Alembic runs; the connection comes from ``bot.storage.schema``, already inside a transaction."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back DDL; Alembic only believes it when told so.
    transactional_ddl=True,
)
context.run_migrations()
