import { assertVersion, Cursors, type Actor, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { MailTemplateName, type MailTemplate } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { languages } from '../../mail-core/languages.js';
import { builtInTemplates } from '../templates/built-in-templates.js';
import { assertFits, readPlace, type NamedTemplate, type TemplatePlace } from './template-place.js';
import type { TemplateDto, WriteTemplateDto } from './template-settings.dto.js';

const places: readonly TemplatePlace[] = Object.values(MailTemplateName).flatMap((name) =>
  languages.map((language) => ({ name, language })),
);

/** What mails say: the helpdesk's own words, and those that it began with. */
@Injectable()
export class TemplateSettings {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly audit: AuditTrail,
  ) {}

  async list(query: PageQuery): Promise<Page<TemplateDto>> {
    const scope = [this.context.current.tenant.id, 'settings/templates'];
    const request = this.cursors.request(query, scope);
    const begin = Number(request.after?.[0] ?? -1) + 1;
    const own = await this.db.client.mailTemplate.findMany();
    const rows = places
      .map((place, index) => ({
        index,
        view: viewOf(
          place,
          own.find((each) => isAt(each, place)),
        ),
      }))
      .slice(begin, begin + request.limit + 1);
    const total = request.total ? places.length : undefined;
    return this.cursors.page(
      rows,
      request,
      scope,
      ({ index }) => [index],
      ({ view }) => view,
      total,
    );
  }

  /** Throws NotFound. */
  async find(name: string, locale: string): Promise<TemplateDto> {
    const place = readPlace({ name, locale });
    const own = await this.db.client.mailTemplate.findUnique({ where: { name_language: place } });
    return viewOf(place, own ?? undefined);
  }

  /** Throws NotFound, ValidationFailed for a placeholder that this template does not have or lacks, VersionConflict. */
  async write(actor: Actor, named: NamedTemplate, input: WriteTemplateDto, version?: number): Promise<TemplateDto> {
    const place = readPlace(named);
    assertFits(place.name, input);
    const { body, footer = null } = input;
    return this.alone(async (tx) => {
      const before = await tx.mailTemplate.findUnique({ where: { name_language: place } });
      assertVersion(version, before?.version ?? 0);
      if (before?.body === body && before.footer === footer) return viewOf(place, before);
      const after = await tx.mailTemplate.upsert({
        where: { name_language: place },
        create: { ...place, body, footer },
        update: { body, footer, version: { increment: 1 }, updatedAt: new Date() },
      });
      const { name, language } = place;
      const deed = { type: AuditType.TEMPLATE_UPDATED, actorId: actor.id, details: { name, locale: language } };
      await this.audit.record(tx, deed);
      return viewOf(place, after);
    });
  }

  /** Throws NotFound for what is no template, VersionConflict. */
  async reset(actor: Actor, named: NamedTemplate, version?: number): Promise<void> {
    const place = readPlace(named);
    await this.alone(async (tx) => {
      const before = await tx.mailTemplate.findUnique({ where: { name_language: place } });
      assertVersion(version, before?.version ?? 0);
      if (before === null) return;
      await tx.mailTemplate.delete({ where: { name_language: place } });
      const { name, language } = place;
      const deed = { type: AuditType.TEMPLATE_RESET, actorId: actor.id, details: { name, locale: language } };
      await this.audit.record(tx, deed);
    });
  }

  /** Admins who change templates at once wait for each other, whether there is a row yet or not. */
  private alone<T>(work: Parameters<typeof this.db.transaction<T>>[0]): Promise<T> {
    return this.db.transaction(async (tx) => {
      await tx.$queryRaw`SELECT FROM "Settings" FOR NO KEY UPDATE`;
      return work(tx);
    });
  }
}

const isAt = (template: MailTemplate, { name, language }: TemplatePlace) =>
  template.name === name && template.language === language;

function viewOf({ name, language }: TemplatePlace, own: MailTemplate | undefined): TemplateDto {
  const { body, footer } = own ?? builtInTemplates[name][language];
  return {
    name,
    locale: language,
    body,
    footer,
    isBuiltIn: own === undefined,
    version: own?.version ?? 0,
    updatedAt: own?.updatedAt.toISOString() ?? null,
  };
}
