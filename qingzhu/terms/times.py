"""Times 时间: evidence is kept in UTC; day, night, month and stage are local (UTC+8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China Standard Time has had no other offset since 1992, so a fixed one suffices. [h]"""

LOCAL_OFFSET_HOURS = 8


def utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is read as local time."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after the local day, in UTC: evidence *as of* a day lies before it."""
    return datetime.combine(day + timedelta(days=1), time(), LOCAL).astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The local calendar day of a moment."""
    return moment.astimezone(LOCAL).date()
