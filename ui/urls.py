"""Addresses that every registered kind of record has."""

from typing import Any

from django.urls import path, register_converter

from ui.registry import NotRegistered, RecordPage, page_of_plural
from ui.views import home, integrity, jobs, lists, parts, prints, records, together, verbs


class PageConverter:
    """The plural of a registered kind; a view gets its RecordPage."""

    regex = r"[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> RecordPage:
        try:
            return page_of_plural(value)
        except NotRegistered:
            raise ValueError(value) from None

    def to_url(self, value: Any) -> str:
        return str(getattr(value, "plural", value))


class TabConverter:
    """A tab of the record page besides its overview."""

    regex = "|".join(records.TABS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PageConverter, "page")
register_converter(TabConverter, "tab")

app_name = "ui"
urlpatterns = [
    path("", home.home, name="home"),
    path("work/", home.my_work, name="work"),
    path("search/", lists.search, name="search"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("integrity/<int:key>/handle/", integrity.handle, name="handle-fault"),
    path("jobs/parked/", jobs.parked, name="parked"),
    path("jobs/parked/<uuid:key>/replay/", jobs.replay, name="replay"),
    path("jobs/<uuid:key>/", jobs.job_page, name="job"),
    path("reminders/<uuid:key>/read/", home.read_reminder, name="read-reminder"),
    path("lookup/<slug:plural>/", lists.lookup, name="lookup"),
    path("<page:page>/", lists.record_list, name="list"),
    path("<page:page>/new/", verbs.CreateRecord.as_view(), name="new"),
    path("<page:page>/export.csv", lists.export_csv, name="csv"),
    path("<page:page>/export.xlsx", lists.export_xlsx, name="xlsx"),
    path("<page:page>/together/<slug:verb>/", together.sign_together, name="together"),
    path("<page:page>/<slug:number>/", records.record_page, name="record"),
    path("<page:page>/<slug:number>/<tab:tab>/", records.record_tab, name="tab"),
    path("<page:page>/<slug:number>/actions/add/", parts.add_action, name="add-action"),
    path("<page:page>/<slug:number>/actions/<uuid:key>/<slug:verb>/", parts.act, name="act"),
    path("<page:page>/<slug:number>/files/add/", parts.add_file, name="add-file"),
    path("<page:page>/<slug:number>/files/<uuid:key>/", parts.download, name="file"),
    path("<page:page>/<slug:number>/comment/", parts.add_comment, name="comment"),
    path("<page:page>/<slug:number>/do/<slug:verb>/", verbs.RecordVerb.as_view(), name="do"),
    path("<page:page>/<slug:number>/panel/<slug:slug>/", records.panel, name="panel"),
    path("<page:page>/<slug:number>/record.pdf", prints.record_pdf, name="pdf"),
    path("<page:page>/<slug:number>/signatures.csv", prints.signatures_csv, name="signatures-csv"),
    path("<page:page>/<slug:number>/signatures.xlsx", prints.signatures_xlsx, name="signatures-xlsx"),
    path("<page:page>/<slug:number>/chain/keep/", jobs.keep_chain, name="keep-chain"),
    path("<page:page>/<slug:number>/chain.pdf", prints.chain_pdf, name="chain-pdf"),
]
