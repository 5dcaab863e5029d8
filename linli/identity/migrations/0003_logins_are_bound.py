from django.db import migrations, models

import linli.fabric.blanks


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_first_passwords_are_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="salt",
            field=models.BinaryField(
                default=linli.fabric.blanks.new_salt, max_length=16, null=True
            ),
        ),
    ]
