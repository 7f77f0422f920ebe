import type { Tenant } from '@helpdeskly/catalog';
import { rolesOf } from '../lifecycle/tenant-access.js';
import { bears, ownershipMarker, queryLoginMarker, scratchPrefix, servedMarker } from '../tenant-databases/names.js';
import { dmlRole } from '../tenant-databases/server-roles.js';
import { databaseSettings, roleSettings } from '../tenant-databases/tenant-role-settings.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import type { Finding } from './finding.js';
import type { ServerSurvey, SurveyedDatabase, SurveyedRole } from './server-survey.js';

export type CatalogTenant = Pick<
  Tenant,
  | 'id'
  | 'slug'
  | 'status'
  | 'statusBefore'
  | 'databaseName'
  | 'roleName'
  | 'nextRoleName'
  | 'formerRoleName'
  | 'maxConnections'
  | 'accessOpen'
  | 'activatedAt'
  | 'rotationRequestedAt'
  | 'rotationError'
  | 'purgeStartedAt'
>;

/** What the catalog says about one server. */
export interface CatalogSide {
  readonly installation: string;
  readonly tenants: readonly CatalogTenant[];
  /** Warm databases in the catalog, and whether each is ready. */
  readonly warm: readonly { readonly name: string; readonly ready: boolean }[];
  /** Databases in which verifications restore archives now, or will. */
  readonly scratch: ReadonlySet<string>;
  /** The replication slots of tenants that move now. */
  readonly slots: ReadonlySet<string>;
  /** The template of the current schema. */
  readonly template: string;
  readonly statementTimeoutMs: number;
  /** Login roles whose password differs from the catalog's. */
  readonly refused: ReadonlySet<string>;
}

/** Much longer than a rotation waits for users of the former credential. */
const longestRotationMs = 300_000;

/** Every difference between a server and the catalog. Some pass by themselves, so the reconciler looks twice before it acts. */
export function compareServer(survey: ServerSurvey, catalog: CatalogSide): Finding[] {
  const { databases, roles, expired, slots } = survey;
  const known = new Map(catalog.tenants.map((tenant) => [tenant.databaseName, tenant]));
  const names = new Set(databases.map(({ name }) => name));
  return [
    ...databases.flatMap((database) => {
      const tenant = known.get(database.name);
      return tenant === undefined ? strange(database, catalog) : tenantDatabase(database, tenant, catalog);
    }),
    ...catalog.tenants.filter(mustHaveDatabase).flatMap((tenant) => absent(tenant, names)),
    ...catalog.tenants.filter(mustHaveDatabase).flatMap((tenant) => loginRole(tenant, survey, names, catalog)),
    ...catalog.tenants.filter(mustHaveDatabase).flatMap((tenant) => privileges(tenant, survey)),
    ...catalog.tenants.filter(mustHaveDatabase).flatMap(rotation),
    ...roles.flatMap((role) => strangeRole(role, names, catalog)),
    ...expired.flatMap((role) => leftLogin(role, catalog)),
    ...slots.flatMap((slot) => leftSlot(slot, survey, catalog)),
    ...catalog.warm.flatMap(({ name, ready }): Finding[] =>
      !ready || names.has(name)
        ? []
        : [
            {
              kind: 'lost_warm_database',
              subject: name,
              action: 'REPAIR',
              detail: 'The catalog lists this database, but the server does not have it.',
            },
          ],
    ),
  ];
}

/** A database that belongs to no tenant of the catalog. */
function strange({ name, owned, comment, invalid }: SurveyedDatabase, catalog: CatalogSide): Finding[] {
  const { installation, warm, template, scratch } = catalog;
  if (name === template || warm.some((one) => one.name === name)) return [];
  if (scratch.has(name)) return []; // The verification or rehearsal that made it drops it.
  if (owned && name.startsWith(scratchPrefix(installation))) {
    const detail = 'It was made for a verification of a backup, or a rehearsal of migrations, that is over.';
    return [{ kind: 'orphan_scratch_database', subject: name, action: 'REMOVE', detail }];
  }
  const [, , whose, served] = comment?.startsWith(`helpdeskly:${installation}:`) === true ? comment.split(':') : [];
  const isWarm = whose === 'warm' || (comment === null && name.startsWith(`helpdeskly_warm_${installation}_`));
  const isTemplate =
    whose === 'template' || (comment === null && name.startsWith(`helpdeskly_template_${installation}_`));
  if (!owned || (whose === undefined && !isWarm && !isTemplate)) {
    const detail = 'Helpdeskly made it, but not this installation: it is not touched.';
    return [{ kind: 'foreign_database', subject: name, action: 'REPORT', detail }];
  }
  const tenantId = isWarm || isTemplate ? {} : { tenantId: String(whose) };
  if (invalid) {
    const detail = 'A DROP DATABASE that did not come to its end left it; nobody can connect to it.';
    return [{ kind: 'invalid_database', subject: name, ...tenantId, action: 'REMOVE', detail }];
  }
  if (isWarm) {
    const detail = 'A warm database that the catalog does not know.';
    return [{ kind: 'orphan_warm_database', subject: name, action: 'REMOVE', detail }];
  }
  if (isTemplate) {
    const detail = 'The template of another schema than the present one.';
    return [{ kind: 'superseded_template', subject: name, action: 'REMOVE', detail }];
  }
  if (served === undefined) {
    const detail = 'It was begun for a tenant that the catalog does not know, and never served.';
    return [{ kind: 'half_made_database', subject: name, ...tenantId, action: 'REMOVE', detail }];
  }
  const detail = 'It has served a tenant that the catalog does not know: an older catalog may have been restored.';
  return [{ kind: 'unknown_tenant_database', subject: name, ...tenantId, action: 'REPORT', detail }];
}

/** The database of a tenant in the catalog. */
function tenantDatabase(
  { name, comment, invalid, settings }: SurveyedDatabase,
  tenant: CatalogTenant,
  catalog: CatalogSide,
): Finding[] {
  const about = { subject: name, tenantId: tenant.id };
  const isMistaken = !invalid && !bears(comment, ownershipMarker(catalog.installation, tenant.id));
  if (!mustHaveDatabase(tenant) && !(isMistaken && tenant.purgeStartedAt !== null && tenant.activatedAt !== null))
    return []; // Jobs are working on it.
  if (invalid) {
    const detail = `A DROP DATABASE of somebody's has made the database of ${tenant.slug} useless: restore it from a backup.`;
    return [{ kind: 'invalid_tenant_database', ...about, action: 'REPORT', detail }];
  }
  const marker = ownershipMarker(catalog.installation, tenant.id);
  if (!bears(comment, marker)) {
    const detail = `The catalog says that it is ${tenant.slug}'s, its own comment says: ${comment ?? 'nothing'}.`;
    return [{ kind: 'mistaken_database', ...about, action: 'REPORT', detail }];
  }
  const marked = tenant.activatedAt === null || comment === servedMarker(marker);
  const wrong = differences(settings, databaseSettings);
  return [
    ...(marked
      ? []
      : [
          {
            kind: 'unmarked_database',
            ...about,
            action: 'REPAIR',
            detail: 'This database has served a tenant, but its comment does not say so.',
          } as const,
        ]),
    ...(wrong.length === 0
      ? []
      : [
          {
            kind: 'database_settings',
            ...about,
            action: 'REPAIR',
            detail: `The settings of the database of ${tenant.slug} are not Helpdeskly's: ${wrong.join(', ')}.`,
          } as const,
        ]),
  ];
}

function absent(tenant: CatalogTenant, names: ReadonlySet<string>): Finding[] {
  if (names.has(tenant.databaseName)) return [];
  const detail = `The database of ${tenant.slug} is not on its server: restore it from a backup, or delete the tenant.`;
  return [{ kind: 'missing_database', subject: tenant.databaseName, tenantId: tenant.id, action: 'REPORT', detail }];
}

function loginRole(
  tenant: CatalogTenant,
  { roles, limitsTempFiles }: ServerSurvey,
  names: ReadonlySet<string>,
  { statementTimeoutMs, refused }: CatalogSide,
): Finding[] {
  if (!names.has(tenant.databaseName)) return []; // It is already reported, and there is nothing to connect to.
  const about = { subject: tenant.roleName, tenantId: tenant.id, action: 'REPAIR' } as const;
  const role = roles.find(({ name }) => name === tenant.roleName);
  if (role === undefined)
    return [{ kind: 'missing_role', ...about, detail: `The login role of ${tenant.slug} is gone.` }];
  const wrong = [
    ...(role.connectionLimit === tenant.maxConnections ? [] : [`connection limit ${role.connectionLimit}`]),
    ...differences(role.settings, roleSettings(statementTimeoutMs, limitsTempFiles)),
    ...differences(role.memberships, [dmlRole]).map((each) => `member of ${each}`),
    ...role.attributes,
    ...(refused.has(role.name) ? ['does not take its password'] : []),
    ...(tenant.accessOpen && !role.login ? ['may not log in'] : []),
    ...(!tenant.accessOpen && roles.some(({ name, login }) => login && rolesOf(tenant).includes(name))
      ? ['may log in']
      : []),
    ...(role.connects ? [] : ['may not connect to its database']),
  ];
  if (wrong.length === 0) return [];
  const detail = `The login role of ${tenant.slug} is not as the catalog has it: ${wrong.join(', ')}.`;
  return [{ kind: 'role_settings', ...about, detail }];
}

/** Objects and grants in a tenant's database of roles that should own and grant nothing. */
function privileges({ id, slug, databaseName }: CatalogTenant, { stray }: ServerSurvey): Finding[] {
  const here = stray.filter(({ database }) => database === databaseName);
  if (here.length === 0) return [];
  const detail = `In the database of ${slug} somebody has given away rights: ${here.map(({ role, what }) => `${role} ${what}`).join(', ')}.`;
  return [{ kind: 'stray_privileges', subject: databaseName, tenantId: id, action: 'REPAIR', detail }];
}

/** A rotation that has failed, or has not ended in time; it is still being retried. */
function rotation(tenant: CatalogTenant): Finding[] {
  const { id, slug, nextRoleName, formerRoleName, rotationRequestedAt, rotationError } = tenant;
  const subject = nextRoleName ?? formerRoleName;
  const late = rotationRequestedAt !== null && Date.now() - rotationRequestedAt.getTime() > longestRotationMs;
  if (subject === null || (rotationError === null && !late)) return [];
  const what =
    nextRoleName === null ? 'The former login role cannot be dropped' : 'The next login role does not serve yet';
  const detail = `The rotation of the credential of ${slug} does not come to its end. ${what}: ${rotationError ?? 'it was not tried'}.`;
  return [{ kind: 'stuck_rotation', subject, tenantId: id, action: 'REPORT', detail }];
}

/** What exists but should not, and what is missing. */
function differences(found: readonly string[], expected: readonly string[]): string[] {
  return [
    ...found.filter((each) => !expected.includes(each)),
    ...expected.filter((each) => !found.includes(each)).map((each) => `not ${each}`),
  ];
}

/** A role of this installation that no tenant has. */
function strangeRole({ name, comment }: SurveyedRole, names: ReadonlySet<string>, catalog: CatalogSide): Finding[] {
  const prefix = `helpdeskly:${catalog.installation}:`;
  if (comment?.startsWith(prefix) !== true) return [];
  const tenantId = comment.slice(prefix.length);
  const tenant = catalog.tenants.find(({ id }) => id === tenantId);
  if (tenant === undefined) {
    if (names.has(name.slice(0, -2))) return []; // That database is a finding, and its role follows it.
    const detail = 'The login role of a tenant that the catalog does not know, without a database.';
    return [{ kind: 'orphan_role', subject: name, tenantId, action: 'REMOVE', detail }];
  }
  if (!mustHaveDatabase(tenant) || [tenant.roleName, tenant.nextRoleName, tenant.formerRoleName].includes(name))
    return [];
  const detail = `${tenant.slug} logs in by another role, and no rotation is under way.`;
  return [{ kind: 'unused_role', subject: name, tenantId, action: 'REMOVE', detail }];
}

/** The login of a fleet query of this installation. */
function leftLogin(
  { name, comment }: Pick<SurveyedRole, 'name' | 'comment'>,
  { installation }: CatalogSide,
): Finding[] {
  if (comment !== queryLoginMarker(installation)) return [];
  const detail = 'The login of a fleet query that has ended; its process did not drop it.';
  return [{ kind: 'orphan_role', subject: name, action: 'REMOVE', detail }];
}

/** The replication slot of a move of this installation that has ended. */
function leftSlot(
  { name, database }: ServerSurvey['slots'][number],
  { databases }: ServerSurvey,
  { installation, slots }: CatalogSide,
): Finding[] {
  const comment = databases.find((each) => each.name === database)?.comment;
  if (slots.has(name) || comment?.startsWith(`helpdeskly:${installation}:`) !== true) return [];
  const detail = `It keeps the server's log for a move of ${database} that has ended, until the disk is full.`;
  return [{ kind: 'orphan_replication_slot', subject: name, action: 'REMOVE', detail }];
}
