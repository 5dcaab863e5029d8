"""
Logins from before the record bound them: each gets a salt, and lines bind them as they stand.

Done here, once and with the tables, and not by a command: whoever puts in a login by hand
afterwards finds nothing that would bind it for them. It stands in this storey because identity
lies below the journal. A house without logins gets no line.
"""

import secrets
from datetime import UTC, datetime

from django.db import migrations

from linli.fabric.blanks import hashed, new_salt, plain
from linli.journal.domain import canonical, digest

A_LINE = 1_000  # logins one line binds
COLUMNS = (
    "id",
    "district",
    "username",
    "email",
    "password",
    "is_active",
    "is_staff",
    "is_superuser",
    "must_change_password",
    "joined_at",
)


def bind_logins(apps, editor):
    user = apps.get_model("identity", "User")
    at, act = datetime.now(UTC), secrets.randbits(62)
    for district in sorted(set(user.objects.values_list("district", flat=True))):
        rows = list(user.objects.filter(district=district).order_by("id"))
        for first in range(0, len(rows), A_LINE):
            _bind(apps, rows[first : first + A_LINE], district, at, act)


def _bind(apps, rows, district, at, act):
    bound = []
    for row in rows:
        row.salt = new_salt()
        row.save(update_fields=["salt"])
        held = {name: plain(getattr(row, name)) for name in COLUMNS}
        held["password"] = hashed(row.password)
        bound.append(["identity_user", row.pk, digest(row.salt, held)])
    event = {"district_id": district, "users": len(rows)}
    apps.get_model("journal", "Line").objects.create(
        district=district,
        kind="UsersBound",
        subject_kind="district",
        subject_id=district,
        act_id=act,
        version=1,
        actor_kind="system",
        hat="system",
        at=at,
        body=canonical({"event": event, "rows": bound}),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_closings_of_offices"),
        ("identity", "0003_logins_are_bound"),
        ("journal", "0002_leave_out_the_index_of_batches"),
    ]

    operations = [migrations.RunPython(bind_logins, migrations.RunPython.noop)]
