"""
One booking is of 10¹² at most, where it was 10¹⁵: no account's counts can be filled by bookings any more.

The counts are whole numbers of 64 bits; what would not fit was refused, but by no rule and in no words.
PostgreSQL takes the narrower CHECK. SQLite would write the table anew for it, and lose its triggers: there
a trigger keeps the bound.
"""

from django.db import migrations, models

MOST = 10**12
NAME = "transfer_amount"
REPLACE = f"""
ALTER TABLE ledger_transfer DROP CONSTRAINT {NAME},
  ADD CONSTRAINT {NAME} CHECK (amount BETWEEN 1 AND {{most}})
"""
REFUSE = f"""
CREATE TRIGGER ledger_{NAME} BEFORE INSERT ON ledger_transfer FOR EACH ROW WHEN NEW.amount > {MOST}
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: {NAME}'); END
"""


def forwards(apps, editor):
    lite = editor.connection.vendor == "sqlite"
    editor.execute(REFUSE if lite else REPLACE.format(most=MOST), params=None)


def backwards(apps, editor):
    lite = editor.connection.vendor == "sqlite"
    undone = f"DROP TRIGGER ledger_{NAME}" if lite else REPLACE.format(most=10**15)
    editor.execute(undone, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_book_many_at_once")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards, elidable=False)],
            state_operations=[
                migrations.RemoveConstraint("transfer", NAME),
                migrations.AddConstraint(
                    "transfer",
                    models.CheckConstraint(condition=models.Q(amount__range=(1, MOST)), name=NAME),
                ),
            ],
        )
    ]
