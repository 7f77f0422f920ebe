import { isIPv6 } from 'node:net';
import { ServerState } from '@helpdeskly/catalog';
import { IntegerField, OneOf, PageQuery, QueryEnumList, QuerySort, Text, TextBy, type Broken } from '@helpdeskly/http';

const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const addressPattern = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?):([1-9]\d{0,4})$/;

const host = {
  max: 255,
  example: 'postgres-2',
  description: 'The host that app-api connects to, unless there is a pooler.',
};
const port = { min: 1, max: 65_535 };
const adminUrl = {
  max: 2000,
  description: 'The same form as TENANT_SERVER_ADMIN_URL. It is stored encrypted and never shown again.',
};
const poolerAddress = {
  max: 262,
  description: "PgBouncer's host:port; null connects directly.",
  nullable: true,
  optional: true,
};
const maxTenants = { min: 1, max: 100_000, description: 'A server can hold some 1,500 to 2,500 tenants.' };

/** A name or an address that a URL can contain; any other could not be reached. */
function hostRule(text: string): Broken | undefined {
  if (isIPv6(text) || (namePattern.test(text) && URL.canParse(`http://${text}/`))) return undefined;
  return ['malformed', 'This is neither a host name nor an IP address.'];
}

/** Without file names: a caller must not choose which of the host's files libpq reads. */
function adminUrlRule(text: string): Broken | undefined {
  const broken: Broken = ['malformed', 'This is not a URL such as postgres://user:password@host:5432/postgres.'];
  if (!URL.canParse(text)) return broken;
  const { protocol, hostname, username, searchParams, hash } = new URL(text);
  if (!['postgres:', 'postgresql:'].includes(protocol) || username === '' || hash !== '') return broken;
  if (hostRule(hostname.replace(/^\[|\]$/g, '')) !== undefined || /%00/.test(text)) return broken;
  const wrong = [...searchParams.keys()].find((name) => name !== 'sslmode');
  return wrong === undefined ? undefined : ['malformed', 'The only parameter that this URL may have is sslmode.'];
}

function addressRule(text: string): Broken | undefined {
  const [, named] = addressPattern.exec(text) ?? [];
  return Number(named) <= 65_535 ? undefined : ['malformed', 'This is not an address such as pgbouncer-2:6432.'];
}

export class CreateDatabaseServerDto {
  @Text({ max: 100, example: 'eu-2' })
  readonly name!: string;

  @TextBy(hostRule, host)
  readonly host!: string;

  @IntegerField(port)
  readonly port!: number;

  @TextBy(adminUrlRule, adminUrl)
  readonly adminUrl!: string;

  @TextBy(addressRule, poolerAddress)
  readonly poolerAddress?: string | null;

  @IntegerField(maxTenants)
  readonly maxTenants!: number;
}

export class ChangeDatabaseServerDto {
  @Text({ max: 100, optional: true })
  readonly name?: string;

  @TextBy(hostRule, { ...host, optional: true })
  readonly host?: string;

  @IntegerField({ ...port, optional: true })
  readonly port?: number;

  @TextBy(adminUrlRule, { ...adminUrl, optional: true })
  readonly adminUrl?: string;

  @TextBy(addressRule, poolerAddress)
  readonly poolerAddress?: string | null;

  @IntegerField({ ...maxTenants, optional: true })
  readonly maxTenants?: number;

  @OneOf(ServerState, { name: 'ServerState', optional: true })
  readonly state?: ServerState;
}

export class ListDatabaseServersQuery extends PageQuery {
  @QuerySort(['name', 'createdAt'], 'name')
  readonly sort?: 'name' | '-name' | 'createdAt' | '-createdAt';

  @QueryEnumList(ServerState, { name: 'ServerState' })
  readonly state?: ServerState[];
}
