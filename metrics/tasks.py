from evidence.context import clock
from jobs.tasks import daily, every, outbox_task
from metrics import selectors, services
from people.selectors import system_user


@outbox_task("metrics.evaluate_metric")
def evaluate_metric(metric_id: int) -> None:
    metric = selectors.metrics().get(pk=metric_id)
    services.sum_up(metric, by=system_user())
    services.evaluate_metric(metric, at=clock(), by=system_user())


@outbox_task("metrics.evaluate_new")
def evaluate_new() -> None:
    services.evaluate_new(at=clock(), by=system_user())


@outbox_task("metrics.sum_up")
def sum_up(metric_id: int) -> None:
    services.sum_up(selectors.metrics().get(pk=metric_id), by=system_user())


@outbox_task("metrics.sum_new")
def sum_new() -> None:
    services.sum_new(by=system_user())


@outbox_task("metrics.derive")
def derive(metric_id: int) -> None:
    services.derive(selectors.metrics().get(pk=metric_id), at=clock(), by=system_user())


@outbox_task("metrics.derive_afresh")
def derive_afresh(metric_id: int) -> None:
    services.derive(selectors.metrics().get(pk=metric_id), at=clock(), by=system_user(), afresh=True)


@outbox_task("metrics.derive_new")
def derive_new() -> None:
    services.derive_new(at=clock(), by=system_user())


@outbox_task("metrics.derive_all")
def derive_all() -> None:
    services.derive_all(at=clock(), by=system_user())


@outbox_task("metrics.evaluate_all")
def evaluate_all() -> None:
    services.evaluate_all(at=clock(), by=system_user())


@outbox_task("metrics.find_silent")
def find_silent() -> None:
    services.find_silent(at=clock(), by=system_user())


@outbox_task("metrics.look_after_gauges")
def look_after_gauges() -> None:
    services.lapse_gauges(on=clock().date(), by=system_user())
    services.remind_of_gauges(on=clock().date(), by=system_user())


daily("metrics.look_after_gauges", at="05:25")
daily("metrics.derive_all", at="00:45")
daily("metrics.evaluate_all", at="01:15")
every("metrics.derive_new", minutes=15)
every("metrics.find_silent", minutes=60)
