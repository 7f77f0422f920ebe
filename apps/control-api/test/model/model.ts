import { KeptAnswers } from './kept-answers.js';
import type { Place, TenantModel } from './tenant-model.js';
import type { Trail } from './trail.js';

export type Role = 'OWNER' | 'OPERATOR' | 'VIEWER';

/** Whoever the API takes a caller for. */
export interface Actor {
  readonly kind: 'OPERATOR' | 'API_KEY';
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
}

/** An operator who has signed in. */
export interface SignedIn extends Actor {
  readonly credential: string;
}

export interface ApiKeyModel {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly credential: string;
  readonly hint: string;
  readonly createdById: string;
  readonly createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  wasUsed: boolean;
  state: 'LIVE' | 'EXPIRED' | 'REVOKED';
}

/**
 * Who sends an order: an operator, somebody without a credential or with a made-up one, or the holder of one of the API keys
 * made so far.
 */
export type CallerName = 'owner' | 'operator' | 'viewer' | 'stranger' | 'impostor' | number;

/** What the control API must hold: predicts each answer, knowing nothing of the code. */
export class ControlModel {
  /** Oldest first. */
  readonly tenants: TenantModel[] = [];
  readonly purged: TenantModel[] = [];
  /** Oldest first. */
  readonly keys: ApiKeyModel[] = [];
  readonly kept = new KeptAnswers();
  private requests = 0;

  constructor(
    readonly place: Place,
    readonly trail: Trail,
    private readonly operators: Readonly<Record<'owner' | 'operator' | 'viewer', SignedIn>>,
  ) {}

  tenant(slug: string): TenantModel | undefined {
    return this.tenants.find((tenant) => tenant.slug === slug);
  }

  /** The key that a number means: the numbers go round. */
  key(number: number): ApiKeyModel | undefined {
    return this.keys[number % Math.max(this.keys.length, 1)];
  }

  /** Who a caller is to the API; undefined for those who get 401. */
  actor(name: CallerName): Actor | undefined {
    if (name === 'stranger' || name === 'impostor') return undefined;
    if (typeof name === 'string') return this.operators[name];
    const key = this.key(name);
    if (key?.state !== 'LIVE') return undefined;
    return { kind: 'API_KEY', id: key.id, name: key.name, email: null, role: key.role };
  }

  credential(name: CallerName): string | undefined {
    if (name === 'stranger') return undefined;
    if (typeof name === 'number') return this.key(name)?.credential;
    return name === 'impostor' ? `hdk_${'A'.repeat(43)}` : this.operators[name].credential;
  }

  nextRequestId(): string {
    return `model.${++this.requests}`;
  }

  /** The end of a tenant that was purged: its slug is free, what was kept about it is gone. */
  bury(tenant: TenantModel): void {
    this.tenants.splice(this.tenants.indexOf(tenant), 1);
    this.purged.push(tenant);
    this.kept.forgetTenant(tenant.id);
    this.trail.expect({ action: 'tenant.purged', tenant, details: { files: true } });
  }
}
