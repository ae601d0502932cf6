"""Recurring trips: weekly templates, and what became of each of their dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0006b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("rider_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
    )
    op.create_index("ix_series_service_id", "series", ["service_id"])
    op.create_table(
        "series_date",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_series_date_series_id_series"),
        sa.PrimaryKeyConstraint("series_id", "day", name="pk_series_date"),
    )
    op.create_index("ix_series_date_service_id_day", "series_date", ["service_id", "day"])


def downgrade() -> None:
    op.drop_table("series_date")
    op.drop_table("series")
