import { EmptyState, Listing, Page, pages, Row, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { api, unwrap } from '../api/client.js';
import { ActorName, wordsOf } from './audit-words.js';

const auditList = pages(['audit'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/audit-events', { params: { query: { limit: 50, cursor } }, signal })),
);

/** What operators and programs did, and who tried to sign in. */
export function AuditPage() {
  const { t } = useLingui();
  useTitle(t`Audit trail`);
  const list = useInfiniteQuery({ ...auditList, staleTime: 0 });
  return (
    <Page title={t`Audit trail`} about={<Trans>What operators and programs did, and who tried to sign in.</Trans>}>
      <Listing list={list} empty={<EmptyState icon={<ScrollText aria-hidden />} title={t`Nothing yet`} />}>
        {({ action, actor, tenantSlug, address, details, createdAt }) => (
          <Row
            title={
              <>
                <code>{action}</code>{' '}
                {tenantSlug === null ? null : (
                  <Link to="/tenants/$slug" params={{ slug: tenantSlug }} className="text-accent-text underline">
                    {tenantSlug}
                  </Link>
                )}
              </>
            }
            details={
              <>
                <ActorName actor={actor} />
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
