from evidence.context import clock
from jobs.tasks import daily, outbox_task
from people.selectors import system_user
from records import services
from records.models import Notification


@outbox_task("records.mail")
def mail(notification_id: int) -> None:
    services.mail(Notification.objects.get(pk=notification_id), by=system_user())


@outbox_task("records.tell_of_parked")
def tell_of_parked(name: str, message_id: str) -> None:
    services.tell_of_parked(name, key=f"parked-{message_id}", by=system_user())


@outbox_task("records.remind_of_actions")
def remind_of_actions() -> None:
    services.remind_of_actions(on=clock().date(), by=system_user())


@outbox_task("records.verify_records")
def verify_records() -> None:
    services.verify_records(by=system_user())


daily("records.verify_records", at="03:00")
daily("records.remind_of_actions", at="05:05")
