from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gate", "0002_work_at_doors")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="unknown",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="facts",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="unasked",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
