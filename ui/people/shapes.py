"""What the REST door of people and places answers, for its description."""

from typing import Any

from rest_framework import serializers


class PersonSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    full_name = serializers.CharField()
    email = serializers.CharField()
    badge = serializers.CharField(allow_null=True)
    shift = serializers.CharField()
    site = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()


class HoldingSerializer(serializers.Serializer[Any]):
    """A job role that a person holds; `until` is the first day without it."""

    id = serializers.IntegerField()
    job_role = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)


class PersonAndRolesSerializer(PersonSerializer):
    holdings = HoldingSerializer(many=True)


class SiteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    time_zone = serializers.CharField()
    country = serializers.CharField()


class ProcessSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Any]):
    """A job role or a station: its code, with the site's before it, and the process that it belongs to."""

    code = serializers.CharField()
    name = serializers.CharField()
    process = serializers.CharField(allow_null=True)


class ShiftSerializer(serializers.Serializer[Any]):
    site = serializers.CharField()
    name = serializers.CharField()
    starts = serializers.CharField(help_text="HH:MM:SS")
    ends = serializers.CharField(help_text="HH:MM:SS")
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="0 is Monday.")


class TokenSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    sites = serializers.ListField(child=serializers.CharField())
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField(allow_null=True)
    last_used = serializers.DateTimeField(allow_null=True)
    given_by = serializers.CharField()


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="Told this once.")


class DelegationSerializer(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    person = serializers.CharField()
    deputy = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    reason = serializers.CharField()
    made_by = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
