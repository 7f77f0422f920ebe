import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Settings as SettingsRow } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { SearchIndex } from '../search-index/search-index.js';
import type { SearchLanguage } from './search-languages.js';
import type { ChangeSettingsDto, SettingsDto } from './settings.dto.js';

const onlyRow = { id: 1 };

@Injectable()
export class Settings {
  constructor(
    private readonly db: TenantDatabase,
    private readonly index: SearchIndex,
  ) {}

  async read(): Promise<SettingsDto> {
    return viewOf(await this.db.client.settings.findUniqueOrThrow({ where: onlyRow }));
  }

  async change(changes: ChangeSettingsDto): Promise<SettingsDto> {
    const settings = await this.db.transaction(async (tx) => {
      // Whoever opens a ticket holds this row: none of them indexes in the former language once this has committed.
      await tx.$queryRaw`select from "TicketCounter" for update`;
      return tx.settings.update({ where: onlyRow, data: { ...changes } });
    });
    if (settings.searchLanguage !== settings.searchIndexedIn) this.index.refresh();
    return viewOf(settings);
  }
}

function viewOf({ searchLanguage, searchIndexedIn }: SettingsRow): SettingsDto {
  return {
    searchLanguage: searchLanguage as SearchLanguage,
    searchIndex: searchLanguage === searchIndexedIn ? 'CURRENT' : 'REBUILDING',
  };
}
