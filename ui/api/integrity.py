"""What verifying the ledger found, over REST."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records import permissions, selectors
from records import services as records
from records.models import IntegrityFault
from ui.api.doors import ApiDoor
from ui.api.parts import valid
from ui.api.records import body_of
from ui.api.schema import results_of
from ui.forms.parts import HandleForm

MOST = 200


class FaultSerializer(serializers.ModelSerializer[IntegrityFault]):
    record = serializers.CharField(source="record.number", allow_null=True, default=None)
    handled_by = serializers.CharField(source="handled_by.username", allow_null=True, default=None)

    class Meta:
        model = IntegrityFault
        fields = ("id", "check_name", "place", "what", "record", "found_at", "handled_at", "handled_by", "note")


class Faults(ApiDoor):
    """GET what verifying found, the newest first."""

    @extend_schema(responses=results_of(FaultSerializer))
    def get(self, request: Request) -> Response:
        user: Any = request.user
        if not permissions.may_see_faults(user):
            raise PermissionDenied
        return Response({"results": FaultSerializer(selectors.visible_faults(user)[:MOST], many=True).data})


class HandleFault(ApiDoor):
    """POST what was done about a fault: `note`."""

    @extend_schema(request=None, responses=FaultSerializer)
    def post(self, request: Request, key: int) -> Response:
        user: Any = request.user
        fault = get_object_or_404(selectors.visible_faults(user), pk=key)
        if not permissions.may_handle_fault(user, fault):
            raise PermissionDenied
        facts = valid(HandleForm, body_of(request), user)
        return Response(FaultSerializer(records.handle_fault(fault, by=user, **facts)).data)
