import { expect } from '@jest/globals';
import { misfortune, stepsDone, stepsFailed, stepsToCome } from './steps.js';

export type Status = 'ACTIVE' | 'SUSPENDED' | 'INACTIVE' | 'DELETING' | 'FAILED';

/** Where operators may move a tenant from each status. */
export const moves: Readonly<Record<Status, readonly string[]>> = {
  ACTIVE: ['SUSPENDED', 'INACTIVE', 'DELETING'],
  SUSPENDED: ['ACTIVE', 'INACTIVE', 'DELETING'],
  INACTIVE: ['ACTIVE', 'SUSPENDED', 'DELETING'],
  FAILED: ['PROVISIONING', 'DELETING'],
  DELETING: [],
};

/** A tenant's own limits; null is the default. */
export interface Limits {
  maxConnections: number | null;
  requestsPerMinute: number | null;
  storageBytes: number | null;
}

const defaults = { maxConnections: 20, requestsPerMinute: 12_000, storageBytes: 10 * 1024 ** 3 };
export const noLimits: Limits = { maxConnections: null, requestsPerMinute: null, storageBytes: null };

/** As they are shown. */
export const effective = (limits: Limits) => ({
  maxConnections: limits.maxConnections ?? defaults.maxConnections,
  requestsPerMinute: limits.requestsPerMinute ?? defaults.requestsPerMinute,
  storageBytes: limits.storageBytes ?? defaults.storageBytes,
});

/** What is the same of all tenants of an installation. */
export interface Place {
  readonly serverId: string;
  /** The tenant migrations, in their order. */
  readonly migrations: readonly string[];
  readonly appUrlOf: (slug: string) => string;
}

/** What was asked for when a tenant was made. */
export interface Wanted {
  readonly slug: string;
  readonly name: string;
  readonly plan: string;
  readonly limits: Limits;
  readonly adminEmail: string;
}

/** A tenant as it must be. What only the server can know (ids, times) is learnt once and must stay. */
export class TenantModel {
  readonly slug: string;
  readonly adminEmail: string;
  name: string;
  plan: string;
  limits: Limits;
  status: Status = 'ACTIVE';
  statusReason: string | null = null;
  statusBefore: Status | undefined;
  version = 2; // Made, and then settled by a worker.
  attempt = 1;
  purgeAt: string | null = null;
  /** A rotation was asked for whose end was not seen yet: it moves the version once, at any moment. */
  rotating = false;
  /** Its database refuses its admin, until somebody mends it. */
  unlucky: boolean;
  wasActive = false;
  credentialGeneration = 1;
  readonly id: string;
  readonly databaseName: string;
  private readonly createdAt: string;
  private activatedAt: string | null = null;
  private updatedAt: string | undefined;
  private seenVersion = 0;

  constructor(
    private readonly place: Place,
    wanted: Wanted,
    learnt: { readonly id: string; readonly databaseName: string; readonly createdAt: string },
  ) {
    ({ slug: this.slug, name: this.name, plan: this.plan, adminEmail: this.adminEmail } = wanted);
    this.limits = { ...wanted.limits };
    ({ id: this.id, databaseName: this.databaseName, createdAt: this.createdAt } = learnt);
    this.unlucky = isUnlucky(wanted.adminEmail);
    this.provisioned();
  }

  /** What became of an attempt to bring it to life. */
  provisioned(): void {
    this.status = this.unlucky ? 'FAILED' : 'ACTIVE';
    this.statusReason = this.unlucky ? misfortune : null;
    if (!this.unlucky) this.wasActive = true;
  }

  /** Whether its login roles may log in. */
  get isOpen(): boolean {
    return this.status === 'ACTIVE';
  }

  move(to: Status, reason: string | null = null): void {
    this.status = to;
    this.statusReason = reason;
    this.version++;
  }

  /** Holds what the API shows of it to what it must be; an unseen end of a rotation may come with it. */
  observe(shown: any): void {
    if (this.rotating && shown.version === this.version + 1) {
      this.rotating = false;
      this.version++;
    }
    if (this.version !== this.seenVersion) {
      if (this.updatedAt !== undefined) expect(shown.updatedAt >= this.updatedAt).toBe(true);
      this.updatedAt = shown.updatedAt;
      this.seenVersion = this.version;
    }
    if (this.wasActive && this.activatedAt === null) this.activatedAt = shown.activatedAt;
    if (this.wasActive) expect(this.activatedAt).toEqual(expect.any(String));
    expect(shown).toEqual(this.view());
  }

  sortKey(field: string): string {
    return (
      { createdAt: this.createdAt, updatedAt: this.updatedAt ?? '', slug: this.slug, name: this.name }[field] ?? ''
    );
  }

  get schemaVersion(): string | null {
    return this.wasActive ? (this.place.migrations.at(-1) ?? null) : null;
  }

  get serverId(): string {
    return this.place.serverId;
  }

  /** As it is shown with some fields changed. */
  showing(changed: object): object {
    return { ...this.view(), updatedAt: expect.any(String), ...changed };
  }

  private view(): object {
    return {
      id: this.id,
      slug: this.slug,
      name: this.name,
      status: this.status,
      statusReason: this.statusReason,
      plan: this.plan,
      limits: effective(this.limits),
      backupPolicy: noSchedule,
      storageBytes: 0,
      serverId: this.place.serverId,
      databaseName: this.databaseName,
      schemaVersion: this.schemaVersion,
      schemaPending: this.wasActive ? 0 : this.place.migrations.length,
      provisioning: { attempt: this.attempt, steps: this.wasActive ? stepsDone : stepsFailed },
      credentialRotation: this.credentialGeneration === 1 ? null : rotationOrNone,
      appUrl: this.place.appUrlOf(this.slug),
      purgeAt: this.purgeAt,
      version: this.version,
      createdAt: this.createdAt,
      updatedAt: this.updatedAt,
      activatedAt: this.activatedAt,
    };
  }
}

/** What stands where neither tenant nor installation asks for backups. */
const noSchedule = { every: null, keep: { daily: 7, weekly: 4, monthly: 6 } };

/** Once a credential was changed: a rotation that may be under way still, at any moment, and met with nothing in its way. */
const rotationOrNone = {
  asymmetricMatch: (shown: any) =>
    shown === null ||
    (['PREPARING', 'RETIRING'].includes(shown.state) && typeof shown.requestedAt === 'string' && shown.error === null),
};

/** A new tenant as `202` shows it: everything is still to come. */
export function beginning({ migrations, serverId, appUrlOf }: Place, wanted: Wanted): object {
  const { slug, name, plan, limits } = wanted;
  return {
    id: expect.any(String),
    slug,
    name,
    status: 'PROVISIONING',
    statusReason: null,
    plan,
    limits: effective(limits),
    backupPolicy: noSchedule,
    storageBytes: 0,
    serverId,
    databaseName: expect.any(String),
    schemaVersion: null,
    schemaPending: migrations.length,
    provisioning: { attempt: 1, steps: stepsToCome },
    credentialRotation: null,
    appUrl: appUrlOf(slug),
    purgeAt: null,
    version: 1,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
    activatedAt: null,
  };
}

function isUnlucky(adminEmail: string): boolean {
  return adminEmail.endsWith('@unlucky.test');
}
