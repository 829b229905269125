"""The frame of the demo: the clock, who acts, and stories that wait for their day."""

import heapq
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from audits import services as audits
from documents import services as documents
from documents.models import Revision
from evidence import services as evidence
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from kaizen import services as kaizen
from metrics import services as metrics
from people.models import Site, User
from people.selectors import system_user
from records.signing import Signing
from training import services as training
from training.models import Assignment
from training.selectors import open_assignments

WEEKS = 62
Story = Generator[datetime, None, None]


class Plant:
    """The works, their people, and the time that it is in the story."""

    def __init__(self, today: date) -> None:
        monday = today - timedelta(days=today.weekday())
        self.start = monday - timedelta(weeks=WEEKS)
        self.end = timezone.now() - timedelta(minutes=5)
        self.now = self.day(0, 0)
        self.people: dict[str, User] = {}
        self.sites: dict[str, Site] = {}
        self.system = system_user()

    def day(self, week: int, day: int = 0, hour: int = 8) -> datetime:
        """That hour of that day of the story; week 0 is 62 weeks ago, day 0 a Monday."""
        return datetime.combine(self.start + timedelta(weeks=week, days=day), time(hour), UTC)

    def on(self, week: int, day: int = 0) -> date:
        return self.day(week, day).date()

    @property
    def today(self) -> date:
        """The day that it is in the story."""
        return self.now.date()

    @contextmanager
    def acting(self, username: str) -> Iterator[User]:
        """Act as that person at the time of the story."""
        person = self.people[username]
        with evidence.demonstrating(person, at=self.now):
            yield person

    def play(self, stories: list[Story]) -> None:
        """Let every story go on when its day comes, all in one order of time, up to today."""
        order = count()
        waiting = [(next(story), next(order), story) for story in stories]
        heapq.heapify(waiting)
        while waiting:
            moment, _order, story = heapq.heappop(waiting)
            if moment > self.end:
                continue
            self.now = moment
            following = next(story, None)
            if following is not None:
                heapq.heappush(waiting, (following, next(order), story))

    def work(self) -> Story:
        """What Celery does in a real plant, every Saturday night: outbox, effective dates, silence, checks."""
        for week in range(WEEKS + 1):
            yield self.day(week, 5, 22)
            self.run_jobs()

    def run_jobs(self) -> None:
        with evidence.demonstrating(self.system, at=self.now):
            self._deliver()
            on = self.today
            documents.make_due_effective(on=on, by=self.system)
            metrics.derive_new(at=self.now, by=self.system)
            metrics.find_silent(at=self.now, by=self.system)
            metrics.lapse_gauges(on=on, by=self.system)
            metrics.remind_of_gauges(on=on, by=self.system)
            kaizen.plan_due_checks(on=on, by=self.system)
            kaizen.miss_unanswered_checks(on=on, by=self.system)
            audits.miss_overdue(on=on, by=self.system)
            training.start_roles_due(on=on, by=self.system)
            training.refresh(on=on, by=self.system)
            training.open_observations(on=on, by=self.system)
            kaizen.refresh_gains(on=on, by=self.system)
            self._deliver()

    def _deliver(self) -> None:
        for key in OutboxMessage.objects.filter(done_at=None, parked_at=None).values_list("id", flat=True):
            deliver(key)

    def approve(self, draft: Revision | None, *, author: str, approver: str) -> Revision:
        """Submit and approve a draft at the present time of the story."""
        assert draft is not None
        revision = Revision.objects.select_related("document__type").get(pk=draft.pk)
        with self.acting(author) as person:
            documents.submit(revision, by=person)
        with self.acting(approver) as person:
            if revision.significance_proposed != revision.training:
                reason = "Shown to the crew while it was tried out."
                documents.weigh_training(revision, by=person, training=revision.training, reason=reason)
            documents.approve(revision, by=person, signing=Signing.demonstration())
        return revision

    def issue(self, revision: Revision, *, by: str, effective_on: date) -> None:
        """Issue a revision; where its day has come, the job brings it into effect within minutes."""
        revision = Revision.objects.select_related("document__type").get(pk=revision.pk)
        with self.acting(by) as person:
            documents.issue(revision, by=person, effective_on=effective_on)
        with evidence.demonstrating(self.system, at=self.now):
            documents.make_due_effective(on=self.today, by=self.system)

    def train_all(self, revision: Revision, *, but: tuple[str, ...] = ()) -> None:
        """Everybody who is assigned reads and signs, but for those named."""
        for username, person in self.people.items():
            mine = open_assignments(person).filter(revision=revision)
            for assignment in mine if username not in but else ():
                self.read(username, assignment)

    def read(self, username: str, assignment: Assignment) -> None:
        with self.acting(username) as person:
            training.open_assignment(assignment, by=person)
            if assignment.requirement.method == "read":
                training.acknowledge(assignment, by=person, signing=Signing.demonstration())
