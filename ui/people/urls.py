from django.urls import path

from ui.people import api, delegating, views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new-person"),
    path("people/<str:username>/", views.person, name="person"),
    path("people/<str:username>/do/<slug:name>/", views.person_verb, name="verb"),
    path("people/<str:username>/roles/<int:key>/leave/", views.leave_role, name="leave-role"),
    path("people/<str:username>/appointments/<int:key>/dismiss/", views.dismiss, name="dismiss"),
    path("people/<str:username>/tokens/new/", views.new_token, name="new-token"),
    path("people/<str:username>/tokens/<str:key>/end/", views.end_token, name="end-token"),
    path("delegations/", delegating.delegations, name="delegations"),
    path("delegations/new/", delegating.new_delegation, name="new-delegation"),
    path("delegations/<uuid:key>/end/", delegating.end_delegation, name="end-delegation"),
    path("sites/", views.sites, name="sites"),
    path("sites/new/", views.new_site, name="new-site"),
    path("processes/", views.processes, name="processes"),
    path("processes/new/", views.new_process, name="new-process"),
    path("job-roles/", views.job_roles, name="job-roles"),
    path("job-roles/new/", views.new_job_role, name="new-job-role"),
    path("stations/", views.stations, name="stations"),
    path("stations/new/", views.new_station, name="new-station"),
    path("shifts/", views.shifts, name="shifts"),
    path("shifts/new/", views.new_shift, name="new-shift"),
]

api_patterns = [
    path("people/", api.PeopleApi.as_view(), name="people"),
    path("people/<str:username>/", api.PersonApi.as_view(), name="person"),
    path("people/<str:username>/roles/<int:key>/leave/", api.LeaveRoleApi.as_view(), name="leave-role"),
    path("people/<str:username>/tokens/", api.TokensApi.as_view(), name="tokens"),
    path("people/<str:username>/tokens/<str:key>/end/", api.EndTokenApi.as_view(), name="end-token"),
    path("people/<str:username>/<slug:name>/", api.PersonVerbApi.as_view(), name="person-verb"),
    path("delegations/", delegating.DelegationsApi.as_view(), name="delegations"),
    path("delegations/<uuid:key>/end/", delegating.EndDelegationApi.as_view(), name="end-delegation"),
    path("sites/", api.SitesApi.as_view(), name="sites"),
    path("processes/", api.ProcessesApi.as_view(), name="processes"),
    path("job-roles/", api.JobRolesApi.as_view(), name="job-roles"),
    path("stations/", api.StationsApi.as_view(), name="stations"),
    path("shifts/", api.ShiftsApi.as_view(), name="shifts"),
]
