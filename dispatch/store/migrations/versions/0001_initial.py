"""The first schema: catalogue, requests, offers, reservations, plans, journal, vouchers, rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_catalogue()
    _create_people()
    _create_rules()
    _create_bookings()
    _create_vouchers()
    _create_days()


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first schema")


def _create_catalogue() -> None:
    """What people edit: the city, its places, vehicles and shifts."""
    op.create_table(
        "service",
        sa.Column("name_ja", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("boundary", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service"),
    )
    op.create_table(
        "place",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kana", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "id", name="pk_place"),
    )
    op.create_table(
        "vehicle",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("layouts", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "id", name="pk_vehicle"),
    )
    op.create_table(
        "shift",
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("driver_name", sa.String(length=60), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("start_s", sa.Integer(), nullable=False),
        sa.Column("end_s", sa.Integer(), nullable=False),
        sa.Column("break_earliest_s", sa.Integer(), nullable=False),
        sa.Column("break_latest_s", sa.Integer(), nullable=False),
        sa.Column("break_duration_s", sa.Integer(), nullable=False),
        sa.Column("start_place_id", sa.String(), nullable=False),
        sa.Column("end_place_id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "id", name="pk_shift"),
    )


def _create_people() -> None:
    """Personal data: erased after the retention period."""
    op.create_table(
        "rider",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kana", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("home_municipality", sa.String(length=5), nullable=False),
        sa.Column(
            "fare_class",
            sa.String(length=30),
            nullable=False,
        ),
        sa.Column(
            "aid",
            sa.String(length=30),
            nullable=False,
        ),
        sa.Column("notes", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "id", name="pk_rider"),
    )
    op.create_table(
        "rider_place",
        sa.Column("rider_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("access_note", sa.String(length=200), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "id", name="pk_rider_place"),
    )
    op.create_table(
        "rider_search",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("rider_id", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("kana_key", sa.String(), nullable=False),
        sa.Column("phone_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "rider_id", name="pk_rider_search"),
    )


def _create_bookings() -> None:
    """What is asked, offered and booked."""
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rider_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_code", sa.String(), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_service_id_day", "request", ["service_id", "day"])
    op.create_table(
        "guest",
        sa.Column("request_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kana", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_guest_request_id_request"),
        sa.PrimaryKeyConstraint("request_id", name="pk_guest"),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_offer_request_id_request"),
        sa.PrimaryKeyConstraint("id", name="pk_offer"),
    )
    op.create_index("ix_offer_request_id", "offer", ["request_id"])
    op.create_table(
        "reservation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("rider_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("promise_state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_reservation_request_id_request"),
        sa.PrimaryKeyConstraint("id", name="pk_reservation"),
    )
    op.create_index("ix_reservation_request_id", "reservation", ["request_id"])
    op.create_index("ix_reservation_service_id_day", "reservation", ["service_id", "day"])
    op.create_index("ix_reservation_service_id_rider_id_day", "reservation", ["service_id", "rider_id", "day"])


def _create_days() -> None:
    """The service day: version, plans, journal."""
    op.create_table(
        "day",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "day", name="pk_day"),
    )
    op.create_table(
        "plan",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("route_digests", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "day", "version", name="pk_plan"),
    )
    op.create_table(
        "route",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "day", "digest", name="pk_route"),
    )
    op.create_table(
        "journal",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "day", "seq", name="pk_journal"),
    )


def _create_rules() -> None:
    """The service rules by effective date, and the number that moves with them and the catalogue."""
    op.create_table(
        "catalog",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name="pk_catalog"),
    )
    op.create_table(
        "rules",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "effective_from", name="pk_rules"),
    )


def _create_vouchers() -> None:
    """The ledger of free-ride vouchers."""
    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("rider_id", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voucher"),
    )
    op.create_index("ix_voucher_service_id_rider_id", "voucher", ["service_id", "rider_id"])
