"""Reading what Open311 clients send: words of GeoReport v2 → words of ours."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy

from linli.basics import Invalid, gettext_noop
from linli.cases.actions import Said
from linli.cases.domain import Channel, check_answers
from linli.catalogue.domain import FieldDefinition
from linli.fabric.asked import is_id
from linli.fabric.clock import END_OF_TIME
from linli.fabric.writing import EARLIEST
from linli.people.domain import check_phone
from linli.places import queries as places
from linli.places.domain import MICRO

SPAN = timedelta(days=90)
MOMENT: dict[str, Any] = {
    "input_formats": ["%Y-%m-%dT%H:%M:%S%z"],
    "validators": [  # so that a span ends and begins within what a calendar holds
        MinValueValidator(datetime(EARLIEST, 1, 1, tzinfo=UTC)),
        MaxValueValidator(END_OF_TIME),
    ],
}
ATTRIBUTE = re.compile(r"attribute\[(\w{1,60})\]")


class NewRequest(forms.Form):
    """
    POST requests: a service code, a description, where it is, and ``attribute[CODE]`` as asked.

    ``media_url`` is where a picture lies. It is kept as the last line of what was said, to be read:
    nobody here fetches it.
    """

    service_code = forms.CharField(max_length=60)
    description = forms.CharField(max_length=4_000)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)
    long = forms.FloatField(min_value=-180, max_value=180, required=False)
    address_string = forms.CharField(max_length=200, required=False)
    first_name = forms.CharField(max_length=30, required=False)
    last_name = forms.CharField(max_length=30, required=False)
    phone = forms.CharField(max_length=30, required=False)
    media_url = forms.CharField(
        max_length=500,
        required=False,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=gettext_lazy("The address of a picture begins with http:// or https://."),
            )
        ],
    )

    def said(self, district: int, asked: Sequence[FieldDefinition]) -> Said:
        """
        Return the report in our words; a point without an address is kept in digits too.

        :raises Invalid: if neither a point nor an address is given, or a telephone cannot be one
        :raises NotAsked: if an attribute is none the service asks for
        :raises AnswerUnfit: if an attribute is none it takes
        """
        given = self.cleaned_data
        place, point = self._point(district)
        return Said(
            item=given["service_code"],
            words="\n".join(filter(None, (given["description"], given["media_url"]))),
            channel=Channel.API,
            place_id=place,
            place_words=given["address_string"] or point,
            name=f"{given['last_name']}{given['first_name']}",
            phone=check_phone(given["phone"]) if given["phone"] else "",
            answers=self._answers(asked),
        )

    def _point(self, district: int) -> tuple[int | None, str]:
        """Return the place a point lies at, if we know one there, and the point itself in digits."""
        latitude, longitude = self.cleaned_data["lat"], self.cleaned_data["long"]
        if latitude is None or longitude is None:
            if not self.cleaned_data["address_string"]:
                raise Invalid(
                    field="address_string",
                    reason=gettext_noop("Say where it is: lat and long, or address_string."),
                )
            return None, ""
        place = places.place_near(
            district, longitude=round(longitude * MICRO), latitude=round(latitude * MICRO)
        )
        return place, f"{latitude:.6f}, {longitude:.6f}"

    def _answers(self, asked: Sequence[FieldDefinition]) -> dict[str, Any]:
        """Return what stands in ``attribute[CODE]``; what was left empty is not answered."""
        kinds = {one.code: one.schema.get("type", "") for one in asked}
        found = {
            code[1]: _typed(kinds.get(code[1], ""), str(value))
            for name, value in self.data.items()
            if value and (code := ATTRIBUTE.fullmatch(name))
        }
        check_answers(asked, found)
        return found


def _typed(kind: str, typed: str) -> str | int | bool:
    """Return a typed answer as its JSON Schema has it; what cannot be stays text, and is refused."""
    if kind == "boolean":
        return {"yes": True, "no": False}.get(typed, typed)
    if kind == "integer" and is_id(typed):
        return int(typed)
    return typed


class Asked(forms.Form):
    """GET requests: numbers, service codes, a span of at most 90 days, a status."""

    service_request_id = forms.CharField(max_length=1_000, required=False)
    service_code = forms.CharField(max_length=1_000, required=False)
    start_date = forms.DateTimeField(required=False, **MOMENT)
    end_date = forms.DateTimeField(required=False, **MOMENT)
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
