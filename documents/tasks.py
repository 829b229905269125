from documents import services
from evidence.context import clock
from jobs.tasks import daily, every, outbox_task
from people.selectors import system_user


@outbox_task("documents.make_due_effective")
def make_due_effective() -> None:
    services.make_due_effective(on=clock().date(), by=system_user())


@outbox_task("documents.remind")
def remind() -> None:
    services.remind(on=clock().date(), by=system_user())
    services.remind_of_approvals(on=clock().date(), by=system_user())


every("documents.make_due_effective", minutes=10)
daily("documents.remind", at="05:15")
