import { ControlDatabase, type Backup } from '@helpdeskly/catalog';
import { Forbidden, NotFound, ValidationFailed } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import type { TenantDto } from '../tenants/tenant.dto.js';
import { TenantViews } from '../tenants/tenant-views.js';
import type { CheckedArchive } from './archive-check.interceptor.js';
import { InPlaceOrders } from './in-place-orders.js';
import type { RestoreBackupDto, RestoreDto, RestoreTicketsDto } from './restore.dto.js';
import { RestoreOrders, type CopyNames } from './restore-orders.js';
import { viewRestore } from './restore-view.js';

/** Operators' requests to restore backups. */
@Injectable()
export class Restores {
  constructor(
    private readonly control: ControlDatabase,
    private readonly copies: RestoreOrders,
    private readonly inPlace: InPlaceOrders,
    private readonly views: TenantViews,
  ) {}

  /** Throws NotFound, Forbidden, ValidationFailed, and what the orders throw. */
  async restore(
    { actor, origin }: { readonly actor: Actor; readonly origin: Origin },
    id: string,
    input: RestoreBackupDto,
    archive: CheckedArchive,
  ): Promise<TenantDto | RestoreDto> {
    if (input.as === 'REPLACE' && actor.role !== 'OWNER')
      throw new Forbidden('Only an OWNER may put an archive into the place of a database.');
    const names = namesOf(input);
    const backup = await this.row(id);
    return names === undefined
      ? viewRestore(await this.inPlace.order(origin, backup, 'DATABASE', archive))
      : this.views.of(await this.copies.asNew(origin, backup, names, archive));
  }

  /** Throws NotFound, and what the orders throw. */
  async restoreTickets(
    origin: Origin,
    id: string,
    { numbers }: RestoreTicketsDto,
    archive: CheckedArchive,
  ): Promise<RestoreDto> {
    return viewRestore(await this.inPlace.order(origin, await this.row(id), numbers, archive));
  }

  /** Throws NotFound. */
  async find(id: string): Promise<RestoreDto> {
    const row = isUuid(id) ? await this.control.client.tenantRestore.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('restore');
    return viewRestore(row);
  }

  private async row(id: string): Promise<Backup> {
    const row = isUuid(id) ? await this.control.client.backup.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('backup');
    return row;
  }
}

/** Those of a NEW tenant; a replaced one keeps its own. Throws ValidationFailed. */
function namesOf({ as, slug, name }: RestoreBackupDto): CopyNames | undefined {
  const given = { slug, name };
  const fields = Object.entries(given).filter(([, value]) => (value === undefined) === (as === 'NEW'));
  if (fields.length > 0) {
    const [code, message] =
      as === 'NEW' ? ['required', 'A NEW tenant needs it.'] : ['unknown', 'REPLACE keeps what the tenant has.'];
    throw new ValidationFailed(fields.map(([field]) => ({ field, code, message })));
  }
  return slug === undefined || name === undefined ? undefined : { slug, name };
}
