import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, Settings as SettingsRow } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail, changesBetween } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { SessionStates } from '../edge/session-states.js';
import { SearchIndex } from '../search-index/search-index.js';
import { readLocale } from '../user-core/locales.js';
import type { SearchLanguage } from './search-languages.js';
import type { ChangeSettingsDto, SettingsDto } from './settings.dto.js';

const onlyRow = { id: 1 };
const changeable = [
  'searchLanguage',
  'mfaRequired',
  'mailSignUp',
  'rawMailDays',
  'outgoingMail',
  'locale',
  'timeZone',
  'closedMail',
] as const;

@Injectable()
export class Settings {
  constructor(
    private readonly db: TenantDatabase,
    private readonly index: SearchIndex,
    private readonly audit: AuditTrail,
    private readonly sessions: SessionStates,
  ) {}

  async read(): Promise<SettingsDto> {
    return viewOf(await this.db.client.settings.findUniqueOrThrow({ where: onlyRow }));
  }

  /** Throws VersionConflict. */
  async change(actor: Actor, input: ChangeSettingsDto, version?: number): Promise<SettingsDto> {
    const settings = await this.db.transaction(async (tx) => {
      // Whoever opens a ticket holds this row: none of them indexes in the former language once this has committed.
      if (input.searchLanguage !== undefined) await tx.$queryRaw`SELECT FROM "TicketCounter" FOR UPDATE`;
      await tx.$queryRaw`SELECT FROM "Settings" FOR UPDATE`;
      const before = await tx.settings.findUniqueOrThrow({ where: onlyRow });
      assertVersion(version, before.version);
      const wanted = given(input);
      const changed = changeable.filter((field) => wanted[field] !== undefined && wanted[field] !== before[field]);
      if (changed.length === 0) return before;
      const data = { ...wanted, version: { increment: 1 } };
      const after = await tx.settings.update({ where: onlyRow, data });
      if (after.outgoingMail && !before.outgoingMail) await giveUpWaitingMails(tx);
      const details = changesBetween(before, after, changed);
      await this.audit.record(tx, { type: AuditType.SETTINGS_UPDATED, actorId: actor.id, details });
      await this.db.afterCommit(() => this.sessions.forget());
      return after;
    });
    if (settings.searchLanguage !== settings.searchIndexedIn) this.index.refresh();
    return viewOf(settings);
  }
}

function viewOf({
  searchLanguage,
  searchIndexedIn,
  mfaRequired,
  mailSignUp,
  rawMailDays,
  outgoingMail,
  locale,
  timeZone,
  closedMail,
  version,
}: SettingsRow): SettingsDto {
  return {
    searchLanguage: searchLanguage as SearchLanguage,
    searchIndex: searchLanguage === searchIndexedIn ? 'CURRENT' : 'REBUILDING',
    mfaRequired,
    mailSignUp,
    rawMailDays,
    outgoingMail,
    locale,
    timeZone,
    closedMail,
    version,
  };
}

/** What was written while no mail left is not sent late, to people who may never have heard of this copy. */
async function giveUpWaitingMails(tx: Prisma.TransactionClient): Promise<void> {
  const data = { status: 'FAILED', sealedSecret: null, at: new Date() } as const;
  await tx.mailDelivery.updateMany({ where: { status: 'QUEUED' }, data });
}

function given(input: ChangeSettingsDto): ChangeSettingsDto {
  const fields = changeable.filter((field) => input[field] !== undefined);
  const wanted: ChangeSettingsDto = Object.fromEntries(fields.map((field) => [field, input[field]]));
  return wanted.locale === undefined ? wanted : { ...wanted, locale: readLocale(wanted.locale) ?? wanted.locale };
}
