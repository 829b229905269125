from evidence.context import clock
from jobs.tasks import daily, every, outbox_task
from kaizen import services
from people.selectors import system_user


@outbox_task("kaizen.refresh_gains")
def refresh_gains() -> None:
    services.refresh_gains(on=clock().date(), by=system_user())


@outbox_task("kaizen.plan_due_checks")
def plan_due_checks() -> None:
    services.plan_due_checks(on=clock().date(), by=system_user())


@outbox_task("kaizen.miss_unanswered_checks")
def miss_unanswered_checks() -> None:
    services.miss_unanswered_checks(on=clock().date(), by=system_user())


@outbox_task("kaizen.remind")
def remind() -> None:
    services.remind(on=clock().date(), by=system_user())


every("kaizen.refresh_gains", minutes=10)
daily("kaizen.plan_due_checks", at="01:10")
daily("kaizen.miss_unanswered_checks", at="01:20")
daily("kaizen.remind", at="05:20")
