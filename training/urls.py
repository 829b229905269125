from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("training/mine/", views.mine, name="mine"),
    path("training/sign/", views.sign_together, name="together"),
    path("training/matrix/", views.matrix, name="matrix"),
    path("training/matrix/assign/", views.assign_cells, name="assign-standards"),
    path("training/matrix/matrix.xlsx", views.matrix_xlsx, name="matrix-xlsx"),
    path("training/matrix/matrix.pdf", views.matrix_pdf, name="matrix-pdf"),
    path("training/levels/", views.matrix, {"kind": "skills"}, name="skills-matrix"),
    path("training/levels/assign/", views.assign_cells, {"kind": "skills"}, name="assign-skills"),
    path("training/levels/matrix.xlsx", views.matrix_xlsx, {"kind": "skills"}, name="skills-xlsx"),
    path("training/levels/matrix.pdf", views.matrix_pdf, {"kind": "skills"}, name="skills-pdf"),
    path("training/stations/", views.stations, name="stations"),
    path("training/stations/<int:key>/", views.station, name="station"),
    path("training/stations/<int:key>/needs/add/", views.add_need, name="add-need"),
    path("training/needs/<uuid:key>/end/", views.end_need, name="end-need"),
    path("training/as-of/", views.as_of, name="as-of"),
    path("training/as-of/as-of.pdf", views.as_of_pdf, name="as-of-pdf"),
    path("training/observations/", views.observations, name="observations"),
    path("training/observations/<uuid:key>/", views.observation, name="observation"),
    path("training/assignments/<uuid:key>/", views.assignment_page, name="assignment"),
    path("training/assignments/<uuid:key>/<slug:name>/", views.assignment_verb, name="verb"),
]
