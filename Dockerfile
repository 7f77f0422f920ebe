# One image for control-api, its worker and app-api (they differ by their command), and one for PgBouncer:
#   docker build --target helpdeskly .      docker build --target pgbouncer .
ARG NODE_VERSION=20

FROM node:${NODE_VERSION}-slim AS source
WORKDIR /helpdeskly
ENV CI=true npm_config_update_notifier=false
COPY . .

FROM source AS build
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile \
 && node scripts/generate.mjs \
 && node node_modules/typescript/bin/tsc -b

# What runs: dependencies of the two apps alone, compiled code, migrations; no sources, no tests, no tools.
FROM source AS production
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile --prod --filter-prod control-api... --filter-prod app-api... \
 && find apps libs \( -name node_modules -prune \) -o \( -type d \( -name src -o -name test \) -prune -exec rm -r {} + \)
COPY --from=build /helpdeskly/apps/control-api/dist apps/control-api/dist
COPY --from=build /helpdeskly/apps/app-api/dist apps/app-api/dist
COPY --from=build /helpdeskly/libs/auth/dist libs/auth/dist
COPY --from=build /helpdeskly/libs/catalog/dist libs/catalog/dist
COPY --from=build /helpdeskly/libs/config/dist libs/config/dist
COPY --from=build /helpdeskly/libs/database/dist libs/database/dist
COPY --from=build /helpdeskly/libs/errors/dist libs/errors/dist
COPY --from=build /helpdeskly/libs/http/dist libs/http/dist
COPY --from=build /helpdeskly/libs/migrator/dist libs/migrator/dist
COPY --from=build /helpdeskly/libs/telemetry/dist libs/telemetry/dist
COPY --from=build /helpdeskly/libs/tenancy/dist libs/tenancy/dist
COPY --from=build /helpdeskly/libs/tenant-db/dist libs/tenant-db/dist

FROM node:${NODE_VERSION}-slim AS helpdeskly
WORKDIR /helpdeskly
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=production /helpdeskly/apps apps
COPY --from=production /helpdeskly/libs libs
COPY --from=production /helpdeskly/node_modules node_modules
COPY --from=production /helpdeskly/prisma prisma
COPY --from=production /helpdeskly/package.json package.json
USER node
CMD ["node", "apps/control-api/dist/main.js"]

# PgBouncer from PostgreSQL's own package archive, which postgres:18 has configured: at least 1.25.2, for its security fixes.
FROM postgres:18 AS pgbouncer
RUN apt-get update \
 && apt-get install -y --no-install-recommends pgbouncer \
 && rm -rf /var/lib/apt/lists/* \
 && dpkg --compare-versions "$(dpkg-query -W -f '${Version}' pgbouncer)" ge 1.25.2
COPY docker/pgbouncer/start.sh /usr/local/bin/start-pgbouncer
COPY docker/pgbouncer/pgbouncer.ini /etc/pgbouncer/pgbouncer.ini
USER postgres
ENTRYPOINT ["bash", "/usr/local/bin/start-pgbouncer"]
