export const severities = ['CRITICAL', 'WARNING', 'INFO'] as const;
export type Severity = (typeof severities)[number];

interface Kind {
  readonly severity: Severity;
  /** What an operator does about it. */
  readonly remedy: string;
  /** The alert of docker/prometheus/alerts.yml that tells of it. */
  readonly alert: string;
}

const byFindings = 'ReconciliationFindings';

/** Everything that GET /incidents tells of. */
export const kinds = {
  isolation_breach: {
    severity: 'CRITICAL',
    remedy:
      'Suspend the tenant, see in GET /isolation what its role can reach, revoke that on the server and run POST /isolation/run.',
    alert: 'IsolationBreached',
  },
  tenant_locked_out: {
    severity: 'CRITICAL',
    remedy:
      'Rotate its credential with POST /tenants/:id/credentials/rotate. If PostgreSQL still refuses, see GET /reconciliation.',
    alert: 'TenantLockedOut',
  },
  lost_database: {
    severity: 'CRITICAL',
    remedy:
      'Restore the database from a backup under the same name, or correct the catalog; nothing is dropped by itself.',
    alert: byFindings,
  },
  server_down: {
    severity: 'CRITICAL',
    remedy:
      'Bring the server back. If it stays away, PATCH /database-servers/:id to OFFLINE, so that nothing waits for it.',
    alert: 'DatabaseServerDown',
  },
  server_connections: {
    severity: 'WARNING',
    remedy:
      'See GET /tenants/top?by=connections, lower limits.maxConnections of the busiest, or raise max_connections.',
    alert: 'DatabaseServerConnections',
  },
  server_full: {
    severity: 'WARNING',
    remedy: 'Register another server with POST /database-servers, or raise maxTenants of this one.',
    alert: 'DatabaseServerFull',
  },
  migration_run_halted: {
    severity: 'WARNING',
    remedy:
      'See GET /migration-runs/:id/tenants?state=FAILED for the causes, mend them, and POST /migration-runs/:id/retry.',
    alert: 'IncidentOpen',
  },
  schema_pending: {
    severity: 'INFO',
    remedy: 'Begin a migration run with POST /migration-runs.',
    alert: 'SchemaPending',
  },
  schema_drift: {
    severity: 'WARNING',
    remedy:
      'See GET /drift-checks/:id for what differs, mend the database by hand or by a migration, and check it again with POST /drift-checks.',
    alert: 'IncidentOpen',
  },
  provisioning_failed: {
    severity: 'WARNING',
    remedy:
      'See the failed step in GET /tenants/:id, mend its cause, and POST /tenants/:id/retry, or delete the tenant.',
    alert: 'IncidentOpen',
  },
  provisioning_stuck: {
    severity: 'WARNING',
    remedy:
      'See whether a worker runs and takes jobs (the board at /queues), and GET /tenants/:id for the step that waits.',
    alert: 'ProvisioningStuck',
  },
  stuck_job: {
    severity: 'WARNING',
    remedy: 'See whether a worker runs and takes jobs (the board at /queues), then POST /reconciliation/run.',
    alert: byFindings,
  },
  reconciliation_finding: {
    severity: 'WARNING',
    remedy:
      'See GET /reconciliation: what the reconciler cannot mend says why in `error`; the rest is yours to decide.',
    alert: byFindings,
  },
  backup_broken: {
    severity: 'CRITICAL',
    remedy:
      'Back the tenant up again with POST /tenants/:id/backups, verify that backup, and look for what damaged the store.',
    alert: 'IncidentOpen',
  },
  backup_overdue: {
    severity: 'WARNING',
    remedy:
      'See GET /tenants/:id/backups for what failed, and whether a worker takes jobs of the queue backups; then POST /tenants/:id/backups.',
    alert: 'IncidentOpen',
  },
  unknown_archives: {
    severity: 'WARNING',
    remedy:
      'If an older control database was restored, keep them until you know what they are of; delete their backup-… folders yourself when nobody needs them.',
    alert: 'IncidentOpen',
  },
  move_rolled_back: {
    severity: 'WARNING',
    remedy:
      'The tenant is where it was. Mend what the message says, and order it again with POST /tenants/:id/moves; otherwise this ends a week after the move.',
    alert: 'IncidentOpen',
  },
  former_database_left: {
    severity: 'WARNING',
    remedy:
      'It is tried again all the time. See in GET /database-servers whether the server answers, and on it who holds a session in the database t_…_moved.',
    alert: 'IncidentOpen',
  },
  operator_mail: {
    severity: 'WARNING',
    remedy:
      'Read them with GET /operator-mails/:id, answer from a mailbox of your own, and POST /operator-mails/:id/read.',
    alert: 'IncidentOpen',
  },
  api_key_expiring: {
    severity: 'WARNING',
    remedy: 'Create another key with POST /api-keys, give it to the program, and DELETE this one.',
    alert: 'IncidentOpen',
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type IncidentKind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as IncidentKind[];

/** Something that is so now. */
export interface Observed {
  readonly kind: IncidentKind;
  /** What it is about: of one kind and subject at most one incident is open. */
  readonly subject: string;
  readonly tenantSlug: string | null;
  readonly serverId: string | null;
  readonly message: string;
  /** Null: since it was first observed. */
  readonly since: Date | null;
}
