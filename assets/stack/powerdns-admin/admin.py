"""Run in the container by its own Python while PowerDNS-Admin answers, so that its tables are there.

  admin.py prepare   makes the administrator `admin` where there is no administrator at all; prints a line when it did
  admin.py password  gives `admin` the password that comes by stdin

Its database is spoken to directly: its application takes seconds and a hundred megabytes to load. Tables and hashes as in its version
0.6.1 (models/user.py, models/role.py). Whoever is there stays as he is: a password that a person changed is never changed here.
"""

import os
import sys

import bcrypt
import psycopg2

NAME = "admin"
# Two starts at once take turns; the number is ours alone.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5567890014)"


def hashed(password):
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


def prepare(rows):
    rows.execute("SELECT id FROM role WHERE name = 'Administrator'")
    role = rows.fetchone()
    if role is None:
        sys.exit("There is no role Administrator in its database")
    rows.execute('SELECT count(*) FROM "user" WHERE role_id = %s', role)
    if rows.fetchone()[0] > 0:
        return
    rows.execute('SELECT count(*) FROM "user" WHERE username = %s', (NAME,))
    if rows.fetchone()[0] > 0:
        sys.exit(f"It has no administrator, and its user {NAME} is none: nothing was changed")
    rows.execute(
        'INSERT INTO "user" (username, password, firstname, lastname, email, role_id, confirmed) VALUES (%s, %s, %s, %s, %s, %s, %s)',
        (NAME, hashed(os.environ["MACULA_ADMIN_PASSWORD"]), "Macula", "Administrator", "admin@localhost", role[0], "1"))
    print(f"administrator {NAME} created")


def password(rows):
    text = sys.stdin.readline().rstrip("\n")
    rows.execute(
        """UPDATE "user" SET password = %s FROM role
           WHERE "user".username = %s AND role.id = "user".role_id AND role.name = 'Administrator'""",
        (hashed(text), NAME))
    # Where a person has administrators of his own, nobody has that password.
    if rows.rowcount == 0:
        print(f"It has no administrator that is called {NAME}: nothing was changed", file=sys.stderr)


try:
    with psycopg2.connect(os.environ["SQLALCHEMY_DATABASE_URI"], connect_timeout=5) as link, link.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        {"prepare": prepare, "password": password}[sys.argv[1]](cursor)
except psycopg2.Error as error:
    # The first line says what, and names no password.
    sys.exit(f"Its database: {str(error).splitlines()[0]}")
