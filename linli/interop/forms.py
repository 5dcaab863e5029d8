"""Reading what Open311 clients send: words of GeoReport v2 → words of ours."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from linli.basics import Invalid, gettext_noop
from linli.cases.actions import Said
from linli.cases.domain import Channel
from linli.places import queries as places

MICRO = 1_000_000
SPAN = timedelta(days=90)


class NewRequest(forms.Form):
    """POST requests: a service code, a description and where it is, by point or in words."""

    service_code = forms.CharField(max_length=60)
    description = forms.CharField(max_length=4_000)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)
    long = forms.FloatField(min_value=-180, max_value=180, required=False)
    address_string = forms.CharField(max_length=200, required=False)
    first_name = forms.CharField(max_length=30, required=False)
    last_name = forms.CharField(max_length=30, required=False)
    phone = forms.CharField(max_length=30, required=False)

    def said(self, district: int) -> Said:
        """
        Return the report in our words.

        :raises Invalid: if neither a point nor an address is given
        """
        given = self.cleaned_data
        place = None
        if given["lat"] is not None and given["long"] is not None:
            place = places.place_at(
                district,
                longitude=round(given["long"] * MICRO),
                latitude=round(given["lat"] * MICRO),
            )
        elif not given["address_string"]:
            raise Invalid(
                field="address_string",
                reason=gettext_noop("Say where it is: lat and long, or address_string."),
            )
        return Said(
            item=given["service_code"],
            words=given["description"],
            channel=Channel.API,
            place_id=place,
            place_words=given["address_string"],
            name=f"{given['last_name']}{given['first_name']}",
            phone=given["phone"],
        )


class Asked(forms.Form):
    """GET requests: numbers, service codes, a span of at most 90 days, a status."""

    service_request_id = forms.CharField(max_length=1_000, required=False)
    service_code = forms.CharField(max_length=1_000, required=False)
    start_date = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S%z"])
    end_date = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S%z"])
    status = forms.ChoiceField(choices=[("", ""), ("open", ""), ("closed", "")], required=False)

    def values(self) -> dict[str, Any]:
        """Return what ``public_cases`` takes."""
        given = self.cleaned_data
        until: datetime = given["end_date"] or timezone.now()
        since: datetime = given["start_date"] or until - SPAN
        return {
            "since": max(since, until - SPAN),
            "until": until,
            "items": [code for code in given["service_code"].split(",") if code],
            "open_only": {"": None, "open": True, "closed": False}[given["status"]],
        }
