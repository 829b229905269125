from documents import services
from documents.models import Document, RegisterImport, Revision
from evidence.context import clock
from jobs.models import Job
from jobs.tasks import daily, every, follow, outbox_task
from people.selectors import system_user
from records.models import Record


@outbox_task("documents.make_due_effective")
def make_due_effective() -> None:
    services.make_due_effective(on=clock().date(), by=system_user())


@outbox_task("documents.remind")
def remind() -> None:
    services.remind(on=clock().date(), by=system_user())
    services.remind_of_approvals(on=clock().date(), by=system_user())


@outbox_task("documents.read_files")
def read_files(record_id: int) -> None:
    services.read_files(Record.objects.get(pk=record_id), by=system_user())


@outbox_task("documents.index_forgotten")
def index_forgotten() -> None:
    services.index_forgotten(on=clock().date(), by=system_user())


@outbox_task("documents.import_register")
def import_register(job_id: int, import_id: int) -> None:
    job = Job.objects.select_related("owner").get(pk=job_id)
    services.take_over(RegisterImport.objects.get(pk=import_id), job, by=job.owner)


follow(f"attached {Document.kind_code}", "documents.read_files")
follow(f"attached {Revision.kind_code}", "documents.read_files")
daily("documents.index_forgotten", at="02:40")
every("documents.make_due_effective", minutes=10)
daily("documents.remind", at="05:15")
