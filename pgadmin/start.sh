#!/bin/sh
# Puts the password of support staff's role where pgAdmin's servers look for it, then starts pgAdmin as its image does.
set -eu
: "${PGADMIN_DEFAULT_EMAIL:?}" "${TENANT_READONLY_PASSWORD:?}"
home="/var/lib/pgadmin/storage/$(printf '%s' "$PGADMIN_DEFAULT_EMAIL" | tr '@' '_')"
(
  umask 077
  mkdir -p "$home"
  printf '*:*:*:helpdeskly_readonly:%s\n' "$TENANT_READONLY_PASSWORD" > "$home/.pgpass"
)
unset TENANT_READONLY_PASSWORD
exec /entrypoint.sh
