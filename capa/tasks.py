from capa import services
from evidence.context import clock
from jobs.tasks import daily, outbox_task
from people.selectors import system_user


@outbox_task("capa.judge_all")
def judge_all() -> None:
    services.judge_all(by=system_user())


@outbox_task("capa.remind")
def remind() -> None:
    services.remind(on=clock().date(), by=system_user())


daily("capa.judge_all", at="02:00")
daily("capa.remind", at="05:10")
