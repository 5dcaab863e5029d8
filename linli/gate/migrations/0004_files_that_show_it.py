import django.db.models.deletion
from django.db import migrations, models

import linli.fabric.blanks
from linli.fabric.database import append_only

SHOWN = ("id", "district", "salt", "task_id", "file_id", "shown_at")


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("gate", "0003_what_is_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("district", models.BigIntegerField(editable=False)),
                (
                    "salt",
                    models.BinaryField(
                        default=linli.fabric.blanks.new_salt, max_length=16, null=True
                    ),
                ),
                ("shown_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.file",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="gate.task",
                    ),
                ),
            ],
            options={
                "db_table": "gate_task_file",
                "constraints": [
                    models.UniqueConstraint(fields=("district", "file"), name="file_shows_one_task")
                ],
            },
        ),
        append_only("gate_task_file", columns=SHOWN),
    ]
