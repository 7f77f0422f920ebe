import { EmptyState, Listing, Page, pages, Row, SelectField, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { auditLabels, auditTypes } from './audit-labels.js';

type AuditType = Schemas['AuditType'];

const auditList = (type: AuditType | '') =>
  pages(['audit', type], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/audit-events', {
        params: { query: { ...(type === '' ? {} : { type: [type] }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

/** Who signed in, and who changed accounts, keys and settings. */
export function AuditPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Audit trail`);
  const [type, choose] = useState<AuditType | ''>('');
  const list = useInfiniteQuery(auditList(type));
  return (
    <Page title={t`Audit trail`} about={<Trans>Who signed in, and who changed accounts, keys and settings.</Trans>}>
      <div>
        <SelectField
          label={t`What happened`}
          className="w-auto! max-w-full"
          value={type}
          onChange={({ target }) => choose(target.value as AuditType | '')}
        >
          <option value="">{t`Everything`}</option>
          {auditTypes.map((each) => (
            <option key={each} value={each}>
              {i18n._(auditLabels[each])}
            </option>
          ))}
        </SelectField>
      </div>
      <Listing
        list={list}
        empty={
          <EmptyState icon={<ScrollText aria-hidden />} title={t`Nothing here`}>
            <Trans>Nothing of this kind has happened.</Trans>
          </EmptyState>
        }
      >
        {({ type: what, actor, subject, address, details, createdAt }) => (
          <Row
            title={
              <>
                {i18n._(auditLabels[what])}
                {subject === null || subject.id === actor.id ? null : `: ${subject.name ?? subject.id}`}
              </>
            }
            details={
              <>
                {actor.name ?? (actor.type === 'OPERATOR' ? t`Platform` : t`Not signed in`)}
                {address === null ? null : ` · ${address}`}
                {wordsOf(details)}
              </>
            }
            aside={
              <span className="text-xs text-muted">
                <Time at={createdAt} />
              </span>
            }
          />
        )}
      </Listing>
    </Page>
  );
}

function wordsOf(details: object): string {
  const all = Object.entries(details).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return all.length === 0 ? '' : ` · ${all.join(', ')}`;
}
