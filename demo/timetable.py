"""When the replay's people act: working days only, in office hours, every step in its order."""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from core.calendar import SHANGHAI, is_working_day

MINUTES = {"morning": (9 * 60, 11 * 60 + 50), "afternoon": (14 * 60, 17 * 60 + 20)}
MEETING_HOURS = (time(9, 30), time(10, 0), time(14, 30), time(15, 0), time(16, 0))
# working days before the meeting
ANNOUNCED, REVIEWED = 4, 5
NEED_BEFORE_DRAFT = (1, 8)


class Timetable:
    """The working days of the programme and what happens on which of them."""

    def __init__(self, rng, first=date(2015, 1, 5), last=date(2017, 12, 15)):
        self.rng = rng
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.days = [day for day in days if is_working_day(day)]

    def index(self, day):
        """The place of the first working day on or after `day`."""
        return bisect_left(self.days, day)

    def at(self, place, part="morning", hour=None):
        """A moment of office hours on the working day at `place`."""
        if hour is None:
            minutes = self.rng.randint(*MINUTES[part])
            hour = time(minutes // 60, minutes % 60)
        return datetime.combine(self.days[place], hour, tzinfo=SHANGHAI)

    def meeting_days(self, stretch, number):
        """Places of `number` meetings of a community, spread over the stretch, each on its day."""
        first, last = self.index(stretch.first_meeting), self.index(stretch.last_meeting)
        step = (last - first + 1) / number
        return [first + int(step * i + self.rng.random() * step * 0.9) for i in range(number)]

    def before_meeting(self, meeting, *, is_works, is_tight):
        """Moments of the acts of one matter before the council meets; keys are its steps."""
        rng, lead = self.rng, 7
        if not is_tight:
            lead = rng.randint(9, 13) if is_works else rng.randint(7, 11)
        declared = meeting - lead
        drafted = max(declared - rng.randint(2, 4), 1)
        moments = {
            "need": self.at(max(drafted - rng.randint(*NEED_BEFORE_DRAFT), 0)),
            "draft": self.at(drafted, "afternoon"),
            "solicit": self.at(declared - 1, "afternoon"),
            "declare": self.at(declared),
        }
        if is_works:
            moments["opinions"] = self.at(rng.randint(declared + 1, meeting - REVIEWED - 1))
            moments["summarise"] = self.at(meeting - REVIEWED)
        moments["record"] = self.at(meeting - REVIEWED, hour=time(15, rng.randint(0, 59)))
        moments["party"] = self.at(meeting - REVIEWED, hour=time(16, rng.randint(5, 30)))
        moments["committee"] = self.at(meeting - REVIEWED, hour=time(16, rng.randint(31, 59)))
        return moments

    def after_meeting(self, meeting):
        """Moments of posting, concluding, submitting and establishing after the council's day."""
        posted = meeting + self.rng.randint(0, 1)
        post = self.at(posted, hour=time(17, 30)) if posted == meeting else self.at(posted)
        over = self.index(self.days[posted] + timedelta(days=6))
        submitted = over + self.rng.randint(0, 1)
        return {
            "post": post,
            "conclude": self.at(over),
            "submit": self.at(submitted, "afternoon"),
            "establish": self.at(submitted + self.rng.randint(1, 2)),
        }
