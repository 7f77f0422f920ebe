import { TenantStatus } from '@helpdeskly/catalog';
import {
  EmailField,
  FlagField,
  Nested,
  NewPassword,
  PageQuery,
  PickFields,
  QueryChoice,
  QueryEnumList,
  QuerySort,
  QueryUuidOr,
  Text,
  TextBy,
  type Broken,
} from '@helpdeskly/http';
import { isReservedSlug, isSlug } from '@helpdeskly/tenancy';
import { ApiProperty } from '@nestjs/swagger';
import { BackupPolicyInput } from '../backup-policies/backup-policy.dto.js';
import { LimitsInput } from '../plans/limits.dto.js';

export function slugRule(slug: string): Broken | undefined {
  if (!isSlug(slug))
    return ['malformed', 'A slug is 2 to 50 lower-case letters, digits and single hyphens, and no UUID.'];
  if (isReservedSlug(slug)) return ['reserved', 'This slug is reserved.'];
  return undefined;
}

export const slugSchema = { minLength: 2, pattern: '^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])$' };

export class AdminInput {
  @EmailField()
  readonly email!: string;

  @Text({ max: 200 })
  readonly name!: string;

  @NewPassword({
    optional: true,
    description: 'Without a password the admin gets an invitation: see admin-invitation.',
  })
  readonly password?: string;
}

export class CreateTenantDto {
  @Text({ max: 200, example: 'Acme Inc.' })
  readonly name!: string;

  @TextBy(slugRule, { max: 50, schema: slugSchema, example: 'acme', description: 'The subdomain. It never changes.' })
  readonly slug!: string;

  @Text({ max: 50, optional: true, description: 'The name of a plan; the default is standard.' })
  readonly plan?: string;

  @Nested(() => LimitsInput, { optional: true })
  readonly limits?: LimitsInput;

  @Nested(() => AdminInput)
  readonly admin!: AdminInput;
}

export class CloneTenantDto extends PickFields(CreateTenantDto, ['name', 'slug']) {
  @FlagField({
    optional: true,
    description:
      'True: names, addresses and texts are replaced by others, files by placeholders. Without it only an OWNER may clone.',
  })
  readonly anonymize?: boolean;
}

export class ChangeTenantDto {
  @Text({ max: 200, optional: true })
  readonly name?: string;

  @Text({ max: 50, optional: true, description: 'The name of a plan.' })
  readonly plan?: string;

  @Nested(() => LimitsInput, {
    optional: true,
    description: 'Limits of its own. Writing a limit that applies already changes nothing.',
  })
  readonly limits?: LimitsInput;

  @Nested(() => BackupPolicyInput, {
    optional: true,
    nullable: true,
    description: 'How often it is backed up, and for how long its archives are kept. Null: as the installation says.',
  })
  readonly backupPolicy?: BackupPolicyInput | null;
}

export class SuspendTenantDto {
  @Text({ max: 500, optional: true, nullable: true, description: 'Shown as statusReason, only to operators.' })
  readonly reason?: string | null;
}

export class DeleteTenantQuery {
  @QueryChoice(['now'], { description: '`now` purges the tenant at once. Only an OWNER can do that.' })
  readonly purge?: 'now';

  @QueryChoice(['delete'], {
    description: '`delete` deletes its backups with its purge. Otherwise they expire by themselves.',
  })
  readonly backups?: 'delete';
}

const sorts = ['createdAt', 'updatedAt', 'slug', 'name'] as const;
type Sort = (typeof sorts)[number];

export class ListTenantsQuery extends PageQuery {
  @QuerySort(sorts, '-createdAt')
  readonly sort?: Sort | `-${Sort}`;

  @QueryEnumList(TenantStatus, { name: 'TenantStatus' })
  readonly status?: TenantStatus[];

  @Text({ max: 50, optional: true })
  readonly plan?: string;

  @QueryUuidOr([])
  readonly serverId?: string;

  @Text({ max: 200, optional: true, description: 'A part of the slug or of the name, in any case.' })
  readonly q?: string;

  @Text({ max: 255, optional: true, description: 'The name of the last migration.' })
  readonly schemaVersion?: string;
}

/** The same without pages. */
export class ExportTenantsQuery extends PickFields(ListTenantsQuery, [
  'sort',
  'status',
  'plan',
  'serverId',
  'q',
  'schemaVersion',
]) {}

/** A one-time invitation for a tenant's admin. */
export class AdminInvitationDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ format: 'idn-email', description: 'Whose it is.' })
  email!: string;

  @ApiProperty({
    format: 'uri',
    description: 'For the admin: the page on which the password is chosen. It holds the token.',
    example: 'http://acme.localhost:3000/invitation#hdi_4cZ2x',
  })
  link!: string;

  @ApiProperty({ description: 'Sets a password once. POST it to the URL together with the password.' })
  token!: string;

  @ApiProperty({ format: 'uri', example: 'http://acme.localhost:3000/api/v1/auth/invitations/accept' })
  url!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}
