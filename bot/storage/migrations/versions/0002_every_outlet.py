"""Every outlet, one story once, search that finds.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from bot.storage import search_index

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# In the order of their code points, as on SQLite: words that begin alike stand together.
_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _add_places()
    _add_to_stories()
    _add_to_feeds()
    _rebuild_search()


def _add_to_feeds() -> None:
    op.add_column("feeds", sa.Column("ttl_seconds", sa.Integer()))
    op.add_column("feeds", sa.Column("told_at", sa.DateTime(timezone=True)))
    condition = sa.text("state IN ('paused', 'gone') AND told_at IS NULL")
    op.create_index("ix_feeds_untold", "feeds", ["state"], sqlite_where=condition, postgresql_where=condition)


def _rebuild_search() -> None:
    """The index gets tags and a table of its words. It is derived: made anew from the articles, by the present code."""
    op.create_index("ix_articles_outlet", "articles", ["outlet"])
    op.create_table(
        "search_words",
        sa.Column("word", _WORD, nullable=False),
        sa.Column("stem", _WORD, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_words_stem", "search_words", ["stem"])
    op.create_table(
        "search_spellings",
        sa.Column("key", _WORD, nullable=False),
        sa.Column("word", _WORD, nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name="pk_search_spellings"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE article_index")
    search_index.create(op.get_bind())
    search_index.index_all(op.get_bind())


def _add_places() -> None:
    op.add_column("subscribers", sa.Column("places", sa.Text()))
    op.add_column("articles", sa.Column("places", sa.Text()))


def _add_to_stories() -> None:
    op.add_column("stories", sa.Column("became", _ID))
    op.create_index("ix_stories_became", "stories", ["became"])
    op.create_table(
        "story_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_story_changes_story_id", "story_changes", ["story_id"])
    op.create_index("ix_story_changes_other_id", "story_changes", ["other_id"])
    op.add_column("articles", sa.Column("placed_version", sa.Integer()))
    op.add_column("articles", sa.Column("copy_of", _ID))
    condition = sa.text("placed_version < version")
    op.create_index(
        "ix_articles_to_place_again", "articles", ["id"], sqlite_where=condition, postgresql_where=condition
    )
