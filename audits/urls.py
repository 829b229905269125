from django.urls import path

from audits.views import checklists, trail

app_name = "audits"
urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail/export.csv", trail.export_csv, name="trail-csv"),
    path("trail/trail.pdf", trail.print_pdf, name="trail-pdf"),
    path("checklists/", checklists.checklists, name="checklists"),
    path("checklists/new/", checklists.new_checklist, name="new-checklist"),
    path("checklists/<uuid:key>/", checklists.checklist, name="checklist"),
    path("checklists/<uuid:key>/add-question/", checklists.add_question, name="add-question"),
    path("checklists/<uuid:key>/questions/<uuid:question>/drop/", checklists.drop_question, name="drop-question"),
]
