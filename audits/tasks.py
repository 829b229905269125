from audits import services
from evidence.context import clock
from jobs.tasks import daily, outbox_task
from people.selectors import system_user


@outbox_task("audits.miss_overdue")
def miss_overdue() -> None:
    services.miss_overdue(on=clock().date(), by=system_user())


daily("audits.miss_overdue", at="01:00")
