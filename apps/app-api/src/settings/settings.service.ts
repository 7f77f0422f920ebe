import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Settings as SettingsRow } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { SearchIndex } from '../search-index/search-index.js';
import type { SearchLanguage } from './search-languages.js';
import type { ChangeSettingsDto, SettingsDto } from './settings.dto.js';

const onlyRow = { id: 1 };

@Injectable()
export class Settings {
  constructor(
    private readonly db: TenantDatabase,
    private readonly index: SearchIndex,
    private readonly audit: AuditTrail,
  ) {}

  async read(): Promise<SettingsDto> {
    return viewOf(await this.db.client.settings.findUniqueOrThrow({ where: onlyRow }));
  }

  /** Throws VersionConflict. */
  async change(actor: Actor, { searchLanguage }: ChangeSettingsDto, version?: number): Promise<SettingsDto> {
    const settings = await this.db.transaction(async (tx) => {
      // Whoever opens a ticket holds this row: none of them indexes in the former language once this has committed.
      await tx.$queryRaw`SELECT FROM "TicketCounter" FOR UPDATE`;
      const before = await tx.settings.findUniqueOrThrow({ where: onlyRow });
      assertVersion(version, before.version);
      if (searchLanguage === undefined || searchLanguage === before.searchLanguage) return before;
      const data = { searchLanguage, version: { increment: 1 } };
      const after = await tx.settings.update({ where: onlyRow, data });
      const details = changesBetween(before, after, ['searchLanguage']);
      await this.audit.record(tx, { type: AuditType.SETTINGS_UPDATED, actorId: actor.id, details });
      return after;
    });
    if (settings.searchLanguage !== settings.searchIndexedIn) this.index.refresh();
    return viewOf(settings);
  }
}

function viewOf({ searchLanguage, searchIndexedIn, version }: SettingsRow): SettingsDto {
  return {
    searchLanguage: searchLanguage as SearchLanguage,
    searchIndex: searchLanguage === searchIndexedIn ? 'CURRENT' : 'REBUILDING',
    version,
  };
}
