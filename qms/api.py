"""The REST API's addresses, below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from audits.api import AddQuestion, Checklists, OneChecklist, Trail
from documents.api.copies import Copies, CopyVerb, OneCopy
from documents.api.importing import ConfirmImport, Imports, MapColumns, OneImport
from documents.api.register import AsOf, Clauses, OneType, Search, Types, TypeVerb
from documents.urls import authoring_patterns
from kaizen.api import AnswerCheck, Checks, Locks, OneCheck, Year
from training.api import (
    Acknowledgements,
    Assessments,
    AssignmentChallenge,
    Assignments,
    AssignmentVerb,
    Attempts,
    Competences,
    Coverage,
    EndNeed,
    Kiosks,
    Needs,
    Observations,
    Observe,
    ObserveChallenge,
    OneAssignment,
    OneObservation,
    OneQuestion,
    Qualified,
    QualifiedThen,
    Questions,
    QuestionVerb,
    RevokeKiosk,
    ShownTogether,
    SignTogether,
)
from ui.api.description import Description
from ui.api.integrity import Faults, HandleFault
from ui.people.urls import api_patterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", Description.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema", url_self="api-docs"), name="api-docs"),
    path("", include("metrics.urls")),
    path("", include("documents.api.urls")),
    path("assignments/", Assignments.as_view(), name="assignments"),
    path("assignments/challenges/", ShownTogether.as_view(), name="assignments-challenges"),
    path("assignments/acknowledge/", SignTogether.as_view(), name="assignments-acknowledge"),
    path("assignments/<uuid:key>/", OneAssignment.as_view(), name="assignment"),
    path("assignments/<uuid:key>/<slug:name>/", AssignmentVerb.as_view(), name="assignment-verb"),
    path("assignments/<uuid:key>/<slug:name>/challenge/", AssignmentChallenge.as_view(), name="assignment-challenge"),
    path("qualified/", Qualified.as_view(), name="qualified"),
    path("coverage/", Coverage.as_view(), name="coverage"),
    path("competences/", Competences.as_view(), name="competences"),
    path("as-of/", QualifiedThen.as_view(), name="as-of"),
    path("station-needs/", Needs.as_view(), name="station-needs"),
    path("station-needs/<uuid:key>/end/", EndNeed.as_view(), name="station-need-end"),
    path("observations/", Observations.as_view(), name="observations"),
    path("observations/<uuid:key>/", OneObservation.as_view(), name="observation"),
    path("observations/<uuid:key>/observe/", Observe.as_view(), name="observe"),
    path("observations/<uuid:key>/observe/challenge/", ObserveChallenge.as_view(), name="observe-challenge"),
    path("document-types/", Types.as_view(), name="document-types"),
    path("document-types/<slug:code>/", OneType.as_view(), name="document-type"),
    path("document-types/<slug:code>/<slug:name>/", TypeVerb.as_view(), name="document-type-verb"),
    path("clauses/", Clauses.as_view(), name="clauses"),
    path("documents/search/", Search.as_view(), name="documents-search"),
    path("documents/as-of/", AsOf.as_view(), name="documents-as-of"),
    path("printed-copies/", Copies.as_view(), name="printed-copies"),
    path("printed-copies/<uuid:key>/", OneCopy.as_view(), name="printed-copy"),
    path("printed-copies/<uuid:key>/<slug:name>/", CopyVerb.as_view(), name="printed-copy-verb"),
    path("register-imports/", Imports.as_view(), name="register-imports"),
    path("register-imports/<uuid:key>/", OneImport.as_view(), name="register-import"),
    path("register-imports/<uuid:key>/map/", MapColumns.as_view(), name="register-import-map"),
    path("register-imports/<uuid:key>/confirm/", ConfirmImport.as_view(), name="register-import-confirm"),
    path("questions/", Questions.as_view(), name="questions"),
    path("questions/<uuid:key>/", OneQuestion.as_view(), name="question"),
    path("questions/<uuid:key>/<slug:name>/", QuestionVerb.as_view(), name="question-verb"),
    path("quiz-attempts/", Attempts.as_view(), name="quiz-attempts"),
    path("assessments/", Assessments.as_view(), name="assessments"),
    path("acknowledgements/", Acknowledgements.as_view(), name="acknowledgements"),
    path("kiosks/", Kiosks.as_view(), name="kiosks"),
    path("kiosks/<uuid:key>/revoke/", RevokeKiosk.as_view(), name="kiosk-revoke"),
    path("improvements/<int:year>/", Year.as_view(), name="improvements"),
    path("", include((authoring_patterns, "documents-api"))),
    path("gains/<slug:number>/locks/", Locks.as_view(), name="gain-locks"),
    path("trail/", Trail.as_view(), name="trail"),
    path("checklists/", Checklists.as_view(), name="checklists"),
    path("checklists/<uuid:key>/", OneChecklist.as_view(), name="checklist"),
    path("checklists/<uuid:key>/add-question/", AddQuestion.as_view(), name="checklist-add-question"),
    path("sustainment-checks/", Checks.as_view(), name="checks"),
    path("sustainment-checks/<uuid:key>/", OneCheck.as_view(), name="check"),
    path("sustainment-checks/<uuid:key>/answer/", AnswerCheck.as_view(), name="check-answer"),
    path("", include((api_patterns, "people-api"))),
    path("integrity-faults/", Faults.as_view(), name="integrity-faults"),
    path("integrity-faults/<int:key>/handle/", HandleFault.as_view(), name="integrity-fault-handle"),
    path("", include("ui.api.urls")),
]
