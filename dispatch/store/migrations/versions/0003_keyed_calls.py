"""Calls with an Idempotency-Key, and refusals kept whole with their requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "actor_id", "path", "key", name="pk_errand"),
    )
    op.create_index("ix_errand_kept_until", "errand", ["kept_until"])
    op.create_table(
        "refusal",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_refusal_request_id_request"),
        sa.PrimaryKeyConstraint("request_id", name="pk_refusal"),
    )


def downgrade() -> None:
    op.drop_table("refusal")
    op.drop_table("errand")
