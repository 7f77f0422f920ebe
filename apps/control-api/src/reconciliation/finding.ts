/** The kinds of differences between catalog, servers and queues. */
export const findingKinds = [
  'orphan_warm_database',
  'orphan_scratch_database',
  'half_made_database',
  'invalid_database',
  'superseded_template',
  'orphan_role',
  'orphan_replication_slot',
  'unused_role',
  'stale_job',
  'lost_job',
  'lost_warm_database',
  'missing_role',
  'role_settings',
  'database_settings',
  'stray_privileges',
  'stuck_rotation',
  'unmarked_database',
  'missing_database',
  'invalid_tenant_database',
  'unknown_tenant_database',
  'mistaken_database',
  'foreign_database',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** `REMOVE` removes what nobody owns, `REPAIR` restores what the catalog says, `REPORT` leaves it to people. */
export type FindingAction = 'REMOVE' | 'REPAIR' | 'REPORT';

/** The place of findings about jobs; for others the place is a server's id. */
export const queuesPlace = 'queues';

/** One difference. */
export interface Finding {
  readonly kind: FindingKind;
  /** The database, role or job. */
  readonly subject: string;
  readonly tenantId?: string;
  /** A sentence for operators. */
  readonly detail: string;
  readonly action: FindingAction;
}

/** How long processes of another build may still clone a template: longer than any rolling restart, in milliseconds. */
export const templateGraceMs = 86_400_000;
