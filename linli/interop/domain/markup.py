"""GeoReport v2 as XML: the same answers as in JSON, by the element names the standard gives them."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, tostring

# A list is an element of that name; what stands in it has its own.
MEMBERS: Mapping[str, str] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
}
_NO_SIGN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def in_xml(name: str, answer: Any) -> bytes:
    """Return an answer of mappings, lists and plain values under a root of that name, in UTF-8."""
    return bytes(tostring(_element(name, answer), encoding="utf-8", xml_declaration=True))


def _element(name: str, value: Any) -> Element:
    found = Element(name)
    if isinstance(value, Mapping):
        found.extend(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        found.extend(_element(MEMBERS[name], each) for each in value)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        found.text = _NO_SIGN.sub("", text)
    return found
