# One image for control-api, its worker, the migration and app-api (they differ by their command), and one for PgBouncer:
#   docker build --target helpdeskly .      docker build --target pgbouncer .
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS sources
WORKDIR /helpdeskly
ENV CI=true npm_config_update_notifier=false pnpm_config_store_dir=/pnpm
RUN npm install --global pnpm@12.21.0
COPY . .

FROM sources AS build
RUN --mount=type=cache,id=helpdeskly-pnpm,target=/pnpm pnpm install --frozen-lockfile --prefer-offline
RUN node scripts/generate.mjs && node node_modules/typescript/bin/tsc -b && node scripts/pages.mjs
RUN for folder in apps/control-api apps/app-api apps/console apps/operator-console libs/*; do \
      if [ -d "$folder/dist" ]; then mkdir -p "/compiled/$folder" && cp -r "$folder/dist" "/compiled/$folder/dist"; fi; \
    done

# What runs: the two apps with their dependencies, compiled code, built pages and migrations; no sources, no tests, no tools.
FROM sources AS production
RUN --mount=type=cache,id=helpdeskly-pnpm,target=/pnpm \
    pnpm install --frozen-lockfile --prefer-offline --prod --filter-prod control-api... --filter-prod app-api...
RUN find apps libs -name node_modules -prune -o -type d '(' -name src -o -name test ')' -prune -exec rm -r '{}' + \
 && rm -r apps/console apps/operator-console apps/local apps/ops libs/embedded-postgres libs/ui
COPY --from=build /compiled/ ./

FROM node:${NODE_VERSION}-slim AS helpdeskly
WORKDIR /helpdeskly
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=production /helpdeskly/apps apps
COPY --from=production /helpdeskly/libs libs
COPY --from=production /helpdeskly/node_modules node_modules
COPY --from=production /helpdeskly/prisma prisma
COPY --from=production /helpdeskly/package.json package.json
# A volume that is mounted here takes over whose it is.
RUN install -d -o node -g node -m 700 /attachments /backups
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
