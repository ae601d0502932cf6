"""Offers and refusals as sentences an operator reads to the caller, word for word."""

from __future__ import annotations

from dispatch.model.errors import Conflict
from dispatch.model.offer import Offer, OfferPair, Refusal, Relief, ReliefKind, VehicleRefusal
from dispatch.model.promise import Promise
from dispatch.model.times import clock_text
from dispatch.model.wording import Lang, say

MINUTE_S = 60


def spoken_time(second_s: int, lang: Lang) -> str:
    """A time of day as it is said: 9時15分, 9時, or 9:15."""
    if lang is Lang.EN:
        return clock_text(second_s)
    hour, minute = divmod(second_s // MINUTE_S, 60)
    key = "say.clock_full" if minute else "say.clock_hour"
    return say(key, lang, hour=hour, minute=minute)


def spoken_minutes(duration_s: int) -> int:
    """Whole minutes, rounded up: nobody is told less than it takes."""
    return -(-duration_s // MINUTE_S)


def spoken_duration(duration_s: int, lang: Lang) -> str:
    """How long something takes, as it is said: 45分, 1時間, 5時間1分. Whole minutes, rounded up."""
    hours, minutes = divmod(spoken_minutes(duration_s), 60)
    key = "minutes" if not hours else "hours_minutes" if minutes else "hours"
    return say(f"say.{key}", lang, hours=hours, minutes=minutes)


def promise_text(promise: Promise, lang: Lang) -> str:
    """When we come and when the rider is there at the latest."""
    return say(
        "say.promise",
        lang,
        earliest=spoken_time(promise.pickup_earliest_s, lang),
        latest=spoken_time(promise.pickup_latest_s, lang),
        arrival=spoken_time(promise.arrival_latest_s, lang),
    )


def fare_text(*, fare_yen: int, vouchers: int, lang: Lang) -> str:
    """What it costs, and how many free-ride vouchers are used."""
    if vouchers and not fare_yen:
        return say("say.fare_voucher", lang, vouchers=vouchers)
    if vouchers:
        return say("say.fare_both", lang, fare_yen=fare_yen, vouchers=vouchers)
    return say("say.fare" if fare_yen else "say.fare_free", lang, fare_yen=fare_yen)


def offer_text(offer: Offer, lang: Lang) -> str:
    """The whole offer, ending in the question."""
    fare = fare_text(fare_yen=offer.fare_yen, vouchers=offer.vouchers, lang=lang)
    return say("say.offer", lang, promise=promise_text(offer.promise, lang), fare=fare)


def wait_s(offer: Offer, *, now_s: int) -> int:
    """Seconds from now to the scheduled pick-up; 0 when the vehicle is there already."""
    return max(0, offer.pickup_s - now_s)


def soon_text(offer: Offer, *, now_s: int, lang: Lang) -> str:
    """The whole offer to somebody who is waiting: for how long, then the promise, ending in the question."""
    fare = fare_text(fare_yen=offer.fare_yen, vouchers=offer.vouchers, lang=lang)
    promise, left_s = promise_text(offer.promise, lang), wait_s(offer, now_s=now_s)
    key = "say.soon" if left_s else "say.at_once"
    return say(key, lang, wait=spoken_duration(left_s, lang), promise=promise, fare=fare)


def instead_text(conflict: Conflict, lang: Lang) -> str:
    """Why an offer is gone, before others are read aloud in its place."""
    return say(f"error.{conflict.code}.cause", lang, **conflict.values) + say("desk.offers.instead", lang)


def pair_text(pair: OfferPair, lang: Lang) -> str:
    """Both legs of a pair and what they cost together, ending in the question."""
    legs = (pair.outbound, pair.back)
    outbound, back = (promise_text(leg.promise, lang) for leg in legs)
    yen, vouchers = sum(leg.fare_yen for leg in legs), sum(leg.vouchers for leg in legs)
    fare = pair_fare_text(fare_yen=yen, vouchers=vouchers, lang=lang)
    return say("say.pair", lang, outbound=outbound, back=back, fare=fare)


def pair_fare_text(*, fare_yen: int, vouchers: int, lang: Lang) -> str:
    """What both ways cost, and how many free-ride vouchers are used."""
    if not vouchers:
        return say("say.pair_fare" if fare_yen else "say.fare_free", lang, fare_yen=fare_yen)
    key = "say.pair_fare_both" if fare_yen else "say.pair_fare_voucher"
    return say(key, lang, vouchers=vouchers, fare_yen=fare_yen)


def refusal_cause(refusal: Refusal, lang: Lang) -> str:
    """Why not, in one sentence."""
    return say(f"error.{refusal.code}.cause", lang, **dict(refusal.values))


def refusal_action(refusal: Refusal, lang: Lang) -> str:
    """What can be done, in one sentence."""
    return say(f"error.{refusal.code}.action", lang, **dict(refusal.values))


def blocked_text(blocked: VehicleRefusal, lang: Lang) -> str:
    """Which rule blocks this vehicle."""
    return say(f"rule.{blocked.rule}", lang)


def relief_text(relief: Relief, lang: Lang) -> str:
    """What would help; empty when nothing would."""
    if relief.kind is ReliefKind.NONE:
        return ""
    return say(f"relief.{relief.kind}", lang, duration=spoken_duration(relief.amount_s, lang), seats=relief.seats)
