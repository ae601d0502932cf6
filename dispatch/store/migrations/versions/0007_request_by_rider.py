"""Requests found by their rider: until then each call looked through all requests of its day."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_request_service_id_rider_id_day", "request", ["service_id", "rider_id", "day"])


def downgrade() -> None:
    op.drop_index("ix_request_service_id_rider_id_day", "request")
