#!/usr/bin/env bash
# PgBouncer's own user is the only one with a password here; tenants' verifiers come from the server.
set -euo pipefail
umask 077
: "${PGBOUNCER_PASSWORD:?}"
printf '"pgbouncer" "%s"\n' "${PGBOUNCER_PASSWORD//\"/\"\"}" > /tmp/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
