"""Offers that are held for a few minutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003b"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_hold_request_id_request"),
        sa.PrimaryKeyConstraint("request_id", name="pk_hold"),
    )
    op.create_index("ix_hold_service_id_day", "hold", ["service_id", "day"])


def downgrade() -> None:
    op.drop_table("hold")
