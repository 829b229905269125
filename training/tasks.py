from evidence.context import clock
from jobs.tasks import daily, outbox_task
from people.selectors import system_user
from training import services


@outbox_task("training.remind")
def remind() -> None:
    services.remind(on=clock().date(), by=system_user())


@outbox_task("training.tell_readiness")
def tell_readiness(revision_id: int) -> None:
    services.tell_readiness(revision_id, by=system_user())


@outbox_task("training.start_roles_due")
def start_roles_due() -> None:
    services.start_roles_due(on=clock().date(), by=system_user())


@outbox_task("training.refresh")
def refresh() -> None:
    services.refresh(on=clock().date(), by=system_user())


@outbox_task("training.open_observations")
def open_observations() -> None:
    services.open_observations(on=clock().date(), by=system_user())


daily("training.refresh", at="00:20")
daily("training.open_observations", at="00:30")
daily("training.remind", at="05:00")
daily("training.start_roles_due", at="00:10")
