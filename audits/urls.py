from django.urls import path

from audits import views

app_name = "audits"
urlpatterns = [
    path("checklists/", views.checklists, name="checklists"),
    path("checklists/new/", views.new_checklist, name="new-checklist"),
    path("checklists/<uuid:key>/", views.checklist, name="checklist"),
    path("checklists/<uuid:key>/add-question/", views.add_question, name="add-question"),
    path("checklists/<uuid:key>/questions/<uuid:question>/drop/", views.drop_question, name="drop-question"),
]
