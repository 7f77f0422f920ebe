#!/usr/bin/env bash
# The role of support staff is the only one that gets through.
set -euo pipefail
umask 077
: "${TENANT_READONLY_PASSWORD:?}"
printf '"helpdeskly_readonly" "%s"\n' "${TENANT_READONLY_PASSWORD//\"/\"\"}" > /tmp/userlist.txt
unset TENANT_READONLY_PASSWORD
exec pgbouncer /etc/pgbouncer/support.ini
