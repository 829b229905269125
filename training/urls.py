from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("training/mine/", views.mine, name="mine"),
    path("training/sign/", views.sign_together, name="together"),
    path("training/matrix/", views.matrix, name="matrix"),
    path("training/assignments/<uuid:key>/", views.assignment_page, name="assignment"),
    path("training/assignments/<uuid:key>/<slug:name>/", views.assignment_verb, name="verb"),
]
