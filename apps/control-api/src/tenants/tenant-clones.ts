import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Forbidden } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { controlConfig } from '../configuration/tokens.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import { NothingToClone } from './errors.js';
import { lockTenant } from './tenant-finder.js';
import { TenantRegistry, type TenantRequest } from './tenant-registry.js';
import type { TenantRow } from './tenant-view.js';
import type { CloneTenantDto } from './tenants.dto.js';

/** Orders tenants that are made of others: a row, then a job of provisioning. */
@Injectable()
export class TenantClones {
  constructor(
    private readonly control: ControlDatabase,
    private readonly registry: TenantRegistry,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Throws Forbidden, NotFound, NothingToClone, SlugTaken, NoCapacity. */
  async order(
    { actor, origin }: { readonly actor: Actor; readonly origin: Origin },
    idOrSlug: string,
    { slug, name, anonymize = false }: CloneTenantDto,
  ): Promise<TenantRow> {
    if (!anonymize && actor.role !== 'OWNER')
      throw new Forbidden('Only an OWNER may clone a tenant without anonymizing it.');
    return this.control.transaction(async (tx) => {
      const original = await lockTenant(this.control, idOrSlug); // A purge waits.
      if (!isKept(original.status)) throw new NothingToClone(original.slug, original.status);
      const request = { slug, name, ...termsOf(original), ...madeOf(original, slug, anonymize) };
      const clone = await this.registry.register(origin, request, this.config.tenantRequestsPerMinute);
      const { id: tenantId, slug: tenantSlug } = original;
      const details = { tenantId: clone.id, slug, anonymize };
      await recordEvent(tx, origin, { action: 'tenant.cloned', tenantId, tenantSlug, details });
      return clone;
    });
  }
}

function termsOf(tenant: Tenant): Pick<TenantRequest, 'plan' | 'limits'> {
  const { plan, ownMaxConnections, ownRequestsPerMinute, ownStorageBytes } = tenant;
  const own = {
    ...(ownMaxConnections === null ? {} : { maxConnections: ownMaxConnections }),
    ...(ownRequestsPerMinute === null ? {} : { requestsPerMinute: ownRequestsPerMinute }),
    ...(ownStorageBytes === null ? {} : { storageBytes: Number(ownStorageBytes) }),
  };
  return { plan, limits: own };
}

/** The first admin of the original is a person: an anonymized clone has one of its own. */
function madeOf(
  { id, adminEmail, adminName }: Tenant,
  slug: string,
  anonymize: boolean,
): Pick<TenantRequest, 'admin' | 'copyOf'> {
  return anonymize
    ? { admin: { email: `owner@${slug}.example`, name: 'Clone owner' }, copyOf: { id, kind: 'ANONYMIZED' } }
    : { admin: { email: adminEmail, name: adminName }, copyOf: { id, kind: 'CLONE' } };
}
