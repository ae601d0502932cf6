"""Outbound and return: in order and on one day, whichever is changed, and whatever the form says of the link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dispatch.booking.proposal import Offered
from dispatch.model.errors import Conflict, InvalidInput, RuleRefused
from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_ID, NO_RIDER, Guest, WishForm
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules

WEDNESDAY = date(2026, 11, 25)


def outbound(town: Town, *, after: str = "11:00") -> Reservation:
    return town.book(town.wish("R1", origin="depot", destination="clinic", after=after))


def homeward(town: Town, *, after: str, linked_to: int = NO_ID, day: date = TUESDAY) -> WishForm:
    return town.wish("R1", origin="clinic", destination="depot", after=after, linked_to=linked_to, day=day)


def change_offered(town: Town, reservation_id: int, form: WishForm) -> Offered:
    proposal = town.desk.propose_change(reservation_id=reservation_id, form=form)
    assert isinstance(proposal, Offered), proposal
    return proposal


def test_a_return_stays_after_its_outbound_when_the_form_does_not_mention_it(town: Town) -> None:
    """The return is asked for at 9:00, before the outbound: refused; later is offered and stays linked."""
    out = outbound(town)
    back = town.book(homeward(town, after="12:30", linked_to=out.id))
    early = town.desk.propose_change(reservation_id=back.id, form=homeward(town, after="9:00"))
    assert early.request.outcome_code == "return_before_outbound"
    later = change_offered(town, back.id, homeward(town, after="14:00"))
    changed = town.desk.accept(offer_id=later.offers[0].id, actor=OPERATOR)
    assert changed.linked_to == out.id
    assert changed.promise.pickup_earliest_s >= out.promise.arrival_latest_s


@pytest.mark.parametrize("half", ["outbound", "return"])
def test_one_half_does_not_move_to_another_day(town: Town, half: str) -> None:
    """Either half alone on Wednesday is refused with the number of the other; nothing changes."""
    out = outbound(town)
    back = town.book(homeward(town, after="12:30", linked_to=out.id))
    moved, other = (out, back) if half == "outbound" else (back, out)
    form = replace(homeward(town, after="9:00"), date=WEDNESDAY)
    with pytest.raises(RuleRefused, match="linked_day") as caught:
        town.desk.propose_change(reservation_id=moved.id, form=form)
    assert caught.value.values["other_id"] == other.id
    assert town.store.reservations(SERVICE, WEDNESDAY) == ()


def test_a_half_booked_meanwhile_holds_its_outbound_on_the_day(town: Town) -> None:
    """Wednesday is offered for the outbound, then its return is booked on Tuesday: the offer is refused."""
    out = outbound(town)
    form = town.wish("R1", origin="depot", destination="clinic", after="9:00", day=WEDNESDAY)
    offered = change_offered(town, out.id, form)
    town.book(homeward(town, after="12:30", linked_to=out.id))
    with pytest.raises(RuleRefused, match="linked_day"):
        town.desk.accept(offer_id=offered.offers[0].id, actor=OPERATOR)


def test_a_link_leads_to_another_trip_that_stands(town: Town) -> None:
    """Neither to itself, nor to the trip's own return, nor to one that has been cancelled."""
    out = outbound(town)
    back = town.book(homeward(town, after="12:30", linked_to=out.id))
    for linked_to in (out.id, back.id):
        form = town.wish("R1", origin="depot", destination="clinic", after="10:00", linked_to=linked_to)
        with pytest.raises(InvalidInput, match="link_invalid"):
            town.desk.propose_change(reservation_id=out.id, form=form)
    town.desk.cancel(reservation_id=out.id, actor=OPERATOR, reason="")
    with pytest.raises(InvalidInput, match="link_invalid"):
        town.desk.propose(form=homeward(town, after="14:00", linked_to=out.id))


def test_a_return_whose_outbound_is_cancelled_is_free(town: Town) -> None:
    """The return stays booked; changing it drops the link, so it may go earlier, and to another day."""
    out = outbound(town)
    back = town.book(homeward(town, after="12:30", linked_to=out.id))
    town.desk.cancel(reservation_id=out.id, actor=OPERATOR, reason="")
    assert town.store.reservation(back.id) == back
    free = change_offered(town, back.id, homeward(town, after="9:00", day=WEDNESDAY))
    changed = town.desk.accept(offer_id=free.offers[0].id, actor=OPERATOR)
    assert (changed.linked_to, changed.date) == (NO_ID, WEDNESDAY)


def test_a_return_offered_before_its_outbound_was_cancelled_is_gone(town: Town) -> None:
    """It was made to follow a trip that does not take place any more: asked about anew."""
    out = outbound(town)
    offer = town.offered(homeward(town, after="12:30", linked_to=out.id)).offers[0]
    town.desk.cancel(reservation_id=out.id, actor=OPERATOR, reason="")
    with pytest.raises(Conflict, match="offer_gone"):
        town.desk.accept(offer_id=offer.id, actor=OPERATOR)


def test_an_offer_goes_with_its_rider_and_its_places(town: Town) -> None:
    """A rider who has been set inactive and a place that has been closed since: the offer is gone."""
    rider, closed = town.store.rider(SERVICE, "R1"), town.store.place(SERVICE, "market")
    first = town.offered(town.wish("R1", origin="depot", destination="clinic", after="9:00")).offers[0]
    second = town.offered(town.wish("R2", origin="depot", destination="market", after="9:00")).offers[0]
    with town.store.writing() as work:
        work.save(rider.model_copy(update={"active": False}))
        work.save(closed.model_copy(update={"active": False}))
    for offer in (first, second):
        with pytest.raises(Conflict, match="offer_gone"):
            town.desk.accept(offer_id=offer.id, actor=OPERATOR)


def guest_form(town: Town, *, name: str, phone: str, after: str) -> WishForm:
    form = town.wish(NO_RIDER, origin="depot", destination="clinic", after=after)
    return replace(form, guest=Guest(name=name, kana="ライホウ ハナコ", phone=phone))


def test_a_guest_changes_their_own_trip_only() -> None:
    """The same name and number, however written, may change it; another guest may not."""
    town = open_town(MemoryStore(), rules=town_rules(booking={"guests_allowed": True}))
    mine = town.book(guest_form(town, name="来訪 花子", phone="0285-00-0003", after="9:00"))
    for name, phone in (("来訪 太郎", "0285-00-0003"), ("来訪 花子", "0285-00-0004")):
        with pytest.raises(InvalidInput, match="change_of_rider"):
            town.desk.propose_change(
                reservation_id=mine.id, form=guest_form(town, name=name, phone=phone, after="10:00")
            )
    again = guest_form(town, name="来訪花子", phone="0285000003", after="10:00")
    offered = change_offered(town, mine.id, again)
    changed = town.desk.accept(offer_id=offered.offers[0].id, actor=OPERATOR)
    assert town.store.guest(changed.request_id).phone == "0285000003"


def test_an_offer_is_accepted_on_a_plan_that_slower_roads_have_broken(town: Town) -> None:
    """Travel times have grown under the stored plan: it is timed anew with the new trip, or said to be impossible."""
    town.book(town.wish("R2", origin="depot", destination="clinic", after="9:00"))
    slower = town_rules(travel={"speeds": ({"from": "0:00", "kmh": 28.0},)})
    with town.store.writing() as work:
        work.save_rules(SERVICE, slower)
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) != ()
    town.book(town.wish("R1", origin="depot", destination="station", after="14:00"))
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()
