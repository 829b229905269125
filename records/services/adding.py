"""What is put beside a record: links, comments, files; and what people are told."""

import errno
import hashlib
from typing import BinaryIO

import filetype
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from people import selectors as people
from people.models import User
from people.states import Authority
from records.models import Attachment, Comment, Link, Notification, Record, content_path

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
LARGEST_FILE = 25 * 1024 * 1024
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x20)], None)


@transaction.atomic
def link(source: Record, target: Record, *, kind: str, by: User) -> Link:
    """Refer from one record to another. Doing it twice keeps one."""
    reference, created = Link.objects.get_or_create(source_id=source.pk, target_id=target.pk, kind=kind)
    if created:
        evidence.record_event("linked", source, by=by, note=f"{reference.get_kind_display()} {target.number}")
    return reference


@transaction.atomic
def comment(record: Record, *, text: str, by: User) -> Comment:
    """Add a remark to a record's timeline."""
    return Comment.objects.create(record_id=record.pk, text=text, author=by, at=clock())


@transaction.atomic
def attach(record: Record, *, file: BinaryIO, name: str, by: User) -> Attachment:
    """Keep a file with a record, under the digest of its bytes; its type is found, not believed.

    Tasks may follow "attached <kind>". Raises Refused: "file-empty", "file-too-large", "no-room" when the disk is full.
    """
    file.seek(0)  # a second try reads it again
    data = file.read(LARGEST_FILE + 1)
    if not data:
        raise Refused(_("The file is empty."), code="file-empty")
    if len(data) > LARGEST_FILE:
        raise Refused(_("The file is larger than 25 MB."), code="file-too-large")
    kind = filetype.guess(data)
    attachment = Attachment(
        record_id=record.pk,
        name=name.translate(BIDI_CONTROLS).replace("/", "_")[-200:] or "file",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content_type=kind.mime if kind else "application/octet-stream",
        added_by=by,
        added_at=clock(),
    )
    path = content_path(attachment, "")
    attachment.file.name = path if default_storage.exists(path) else _kept(path, data)
    attachment.save()
    evidence.record_event("attached", record, by=by, note=attachment.name, data={"sha256": attachment.sha256})
    jobs.tell_followers(f"attached {record.kind}", record_id=record.pk)
    return attachment


def _kept(path: str, data: bytes) -> str:
    try:
        return default_storage.save(path, ContentFile(data))
    except OSError as fault:
        if fault.errno not in FULL:
            raise
        raise Refused(
            _("There is no room left for files; nothing was saved. Tell your administrator."), "no-room"
        ) from fault


@transaction.atomic
def notify(person: User, *, text: str, url: str, key: str, by: User) -> bool:
    """Remind a person once per key. True when it is new."""
    made = Notification.objects.bulk_create(
        [Notification(person=person, text=text[:300], url=url, key=key, at=clock())], ignore_conflicts=True
    )
    notification = Notification.objects.filter(uuid=made[0].uuid).first()
    if notification and person.email:
        jobs.enqueue("records.mail", notification_id=notification.pk)
    return notification is not None


@transaction.atomic
def notify_all(people: QuerySet[User], *, text: str, url: str, key: str, by: User) -> int:
    """The same reminder to thousands in a few statements, once per key; mail goes to those who have an address."""
    told, now = text[:300], clock()
    made = [
        Notification(person_id=pk, text=told, url=url, key=key, at=now) for pk in people.values_list("pk", flat=True)
    ]
    Notification.objects.bulk_create(made, ignore_conflicts=True, batch_size=2000)
    new = Notification.objects.filter(uuid__in=[one.uuid for one in made])
    with_mail = new.exclude(person__email="").values_list("pk", flat=True)
    jobs.enqueue_each("records.mail", [{"notification_id": pk} for pk in with_mail])
    return new.count()


@transaction.atomic
def tell_of_parked(task: str, *, key: str, by: User) -> int:
    """The alarm when a task was given up: to everybody who administers or manages quality. Returns how many."""
    text = _("A task failed too often and was given up: %(task)s") % {"task": task}
    told = people.everybody_with(Authority.ADMINISTRATOR, Authority.QUALITY_MANAGER)
    return sum(notify(person, text=text, url="/jobs/parked/", key=key, by=by) for person in told)


@transaction.atomic
def mail(notification: Notification, *, by: User) -> bool:
    """Mail a reminder once. A mail server that is down makes the job try again; nothing else waits for it."""
    notification = Notification.objects.select_for_update().select_related("person").get(pk=notification.pk)
    if notification.mailed_at or not notification.person.email:
        return False
    body = f"{notification.text}\n\n{settings.BASE_URL}{notification.url}"
    subject = notification.text.replace("\n", " ").replace("\r", " ")
    EmailMessage(
        subject, body, to=[notification.person.email], headers={"X-Holdfast-Notification": str(notification.uuid)}
    ).send()
    notification.mailed_at = clock()
    notification.save(update_fields=["mailed_at"])
    return True


@transaction.atomic
def mark_read(notification: Notification, *, by: User) -> None:
    """The person has seen a reminder."""
    Notification.objects.filter(pk=notification.pk, person=by, read_at=None).update(read_at=clock())
