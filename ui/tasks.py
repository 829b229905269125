import io

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from evidence.context import clock
from jobs import services as jobs
from jobs.models import Job
from jobs.tasks import outbox_task
from people.models import User
from records import services as records
from ui import pdf
from ui.account.adapter import reset_url
from ui.registry import page_of_plural
from ui.scope import record_for
from ui.views.prints import CHAIN, chain_context


@outbox_task("ui.keep_chain")
def keep_chain(job_id: int, plural: str, number: str) -> None:
    """The PDF of a chain, as its asker sees it, kept as a file of the record."""
    job = Job.objects.select_related("owner").get(pk=job_id)
    page = page_of_plural(plural)
    record = record_for(page, job.owner, number)
    context = chain_context(page, record, job.owner, lambda done, total: jobs.advance(job, done=done, total=total))
    try:
        body = io.BytesIO(pdf.render(CHAIN, context))
    except pdf.TooLarge as refused:
        jobs.conclude(job, message=refused.message, failed=True)
        return
    name = f"{number}-chain-{clock():%Y-%m-%d}.pdf"
    kept = records.attach(record, file=body, name=name, by=job.owner)
    jobs.conclude(job, result_url=f"{record.get_absolute_url()}files/{kept.uuid}/", message=name)


@outbox_task("ui.mail_reset")
def mail_reset(user_id: int, email: str) -> None:
    """The link to a new password is made when it is sent: no table and no queue ever holds it."""
    person = User.objects.get(pk=user_id, is_active=True)
    text = render_to_string("account/email/password_reset.txt", {"person": person, "url": reset_url(person)})
    send_mail(_("A new password for Holdfast"), text, None, [email])
