import { Badge } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';
import { durationOf } from '../shared/duration.js';
import { Fact, Facts } from '../shared/facts.js';
import { sizeOf } from '../shared/size.js';
import { TenantLink } from '../shared/tenant-link.js';

type Tenant = Schemas['RehearsedTenantDto'];

const choices: Readonly<Record<Tenant['choice'], MessageDescriptor>> = {
  LARGEST: msg`Largest`,
  OLDEST: msg`Oldest`,
  RANDOM: msg`Random`,
  NAMED: msg`Named`,
};

/** What the migrations did to the copy of one tenant: how long, what was locked, what was written anew. */
export function RehearsedTenant({ tenant }: { tenant: Tenant }) {
  const { t, i18n } = useLingui();
  const { tenant: slug, choice, applied, sizeBytes, durationMs, locks, rewrites, sizeChange, error } = tenant;
  return (
    <article
      aria-label={slug}
      className="flex min-w-0 flex-col gap-3 border-t border-line pt-4 first:border-0 first:pt-0"
    >
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        <TenantLink slug={slug} />
        <Badge>{i18n._(choices[choice])}</Badge>
      </h3>
      {error === null ? null : <p className="break-words text-danger-text">{error}</p>}
      <Facts>
        <Fact name={t`Size`}>{sizeBytes === null ? '–' : sizeOf(sizeBytes, i18n.locale)}</Fact>
        <Fact name={t`Took`}>{durationMs === null ? '–' : durationOf(durationMs, i18n.locale)}</Fact>
        <Fact name={t`Growth`}>{sizeChange === null ? '–' : sizeOf(sizeChange, i18n.locale)}</Fact>
        <Fact name={t`Migrations that it got`}>{applied.length.toLocaleString(i18n.locale)}</Fact>
        <Fact name={t`Written anew`}>{rewrites.length === 0 ? t`Nothing` : rewrites.join(', ')}</Fact>
      </Facts>
      {locks.length === 0 ? (
        <p className="text-muted">
          <Trans>No lock was held on a table that was there before.</Trans>
        </p>
      ) : (
        <div role="region" aria-label={t`Locks on ${slug}`} tabIndex={0} className="overflow-x-auto">
          <table className="w-full text-left">
            <thead className="text-xs text-muted">
              <tr>
                <th scope="col" className="py-1 pr-4">{t`Table`}</th>
                <th scope="col" className="py-1 pr-4">{t`Lock`}</th>
                <th scope="col" className="py-1 text-right">{t`Held for`}</th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {locks.map(({ relation, mode, heldMs }) => (
                <tr key={`${relation} ${mode}`}>
                  <th scope="row" className="py-1 pr-4 font-medium">
                    {relation}
                  </th>
                  <td className="py-1 pr-4">{mode}</td>
                  <td className="py-1 text-right tabular-nums">{durationOf(heldMs, i18n.locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </article>
  );
}
