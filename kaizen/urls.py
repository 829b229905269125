from django.urls import path

from kaizen import views

app_name = "kaizen"
urlpatterns = [
    path("gains/year/", views.this_year, name="year"),
    path("gains/year/<int:year>/", views.year, name="year-of"),
    path("sustainment-checks/<uuid:key>/", views.check, name="check"),
]
