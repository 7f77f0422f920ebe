import { EmptyState, Listing, pages, Row, Time } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { api, unwrap } from '../api/client.js';
import { ActorName, wordsOf } from '../audit/audit-words.js';

/** What operators, programs and the platform did to a tenant, newest first. */
export function TenantEvents({ slug }: { slug: string }) {
  const { t } = useLingui();
  const list = useInfiniteQuery(
    pages(['tenants', 'events', slug], (cursor, signal) =>
      unwrap(
        api.GET('/api/v1/tenants/{id}/events', {
          params: { path: { id: slug }, query: { limit: 20, cursor, sort: '-createdAt' } },
          signal,
        }),
      ),
    ),
  );
  return (
    <Listing list={list} empty={<EmptyState icon={<ScrollText aria-hidden />} title={t`Nothing yet`} />}>
      {({ action, actor, details, createdAt }) => (
        <Row
          title={<code>{action}</code>}
          details={
            <>
              <ActorName actor={actor} />
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
  );
}
