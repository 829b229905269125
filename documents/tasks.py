from documents import services
from evidence.context import clock
from jobs.tasks import every, outbox_task
from people.selectors import system_user


@outbox_task("documents.make_due_effective")
def make_due_effective() -> None:
    services.make_due_effective(on=clock().date(), by=system_user())


every("documents.make_due_effective", minutes=10)
