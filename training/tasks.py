from evidence.context import clock
from jobs.tasks import daily, outbox_task
from people.selectors import system_user
from training import services


@outbox_task("training.remind")
def remind() -> None:
    services.remind(on=clock().date(), by=system_user())


@outbox_task("training.start_roles_due")
def start_roles_due() -> None:
    services.start_roles_due(on=clock().date(), by=system_user())


daily("training.remind", at="05:00")
daily("training.start_roles_due", at="00:10")
