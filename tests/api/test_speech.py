"""What is read aloud to a caller: lengths of time as people say them."""

from __future__ import annotations

import pytest

from api.speech import relief_text, soon_text, spoken_duration
from dispatch.model.offer import Relief, ReliefKind
from dispatch.model.times import parse_clock
from dispatch.model.wording import Lang
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import open_town, town_rules


@pytest.mark.parametrize(
    ("duration_s", "said"),
    [(60, "1分"), (61, "2分"), (3540, "59分"), (3600, "1時間"), (18_053, "5時間1分"), (57_840, "16時間4分")],
)
def test_nobody_counts_minutes_past_an_hour(duration_s: int, said: str) -> None:
    """Rounded up to the minute, in hours from an hour on."""
    assert spoken_duration(duration_s, Lang.JA) == said


def test_a_relief_of_hours_is_said_in_hours() -> None:
    """20,700 s are 345 minutes: 5 hours 45."""
    later = Relief(kind=ReliefKind.LATER, amount_s=20_700)
    assert relief_text(later, Lang.JA) == "5時間45分遅い時刻でしたら、お受けできます。"
    assert relief_text(later, Lang.EN) == "5 hours 45 minutes later would be possible."


def test_who_waits_hears_how_long_or_that_we_come_at_once() -> None:
    """Planned for 9:00: at 8:35 in 25 minutes, at 6:00 in three hours, at 9:00 at once; never in no minutes."""
    town = open_town(MemoryStore(), rules=town_rules())
    (offer, *_) = town.offered(town.wish("R1", origin="depot", destination="clinic", after="9:00")).offers
    assert offer.pickup_s == parse_clock("9:00")
    begins = {
        "8:35": "あと25分ほどでお迎えに上がれます。9時から",
        "6:00": "あと3時間ほどでお迎えに上がれます。9時から",
        "9:00": "すぐにお迎えに上がれます。9時から",
    }
    for clock, said in begins.items():
        assert soon_text(offer, now_s=parse_clock(clock), lang=Lang.JA).startswith(said)
