import { EmptyState, Failed, Waiting } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { causesList } from './run-queries.js';

/** Why tenants failed, grouped: the commonest cause first, with some of its tenants. */
export function RunCauses({ id }: { id: string }) {
  const { t } = useLingui();
  const list = useInfiniteQuery(causesList(id));
  if (list.isPending) return <Waiting label={t`Loading…`} />;
  if (list.data === undefined) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const causes = list.data.pages.flatMap(({ data }) => data);
  if (causes.length === 0) return <EmptyState title={t`Nothing failed`} />;
  return (
    <ul className="flex flex-col divide-y divide-line">
      {causes.map(({ message, sqlState, migration, statement, count, tenants }) => (
        <li key={[sqlState, migration, message, statement].join()} className="flex min-w-0 flex-col gap-1 py-3">
          <p className="font-medium break-words">{message}</p>
          <p className="text-xs text-muted">{[sqlState, migration].filter((each) => each !== null).join(' · ')}</p>
          {statement === null ? null : (
            <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-2 text-xs">
              {statement}
            </pre>
          )}
          <p>
            <Plural value={count} one="# tenant:" other="# tenants:" />{' '}
            {tenants.map((slug, index) => (
              <span key={slug}>
                {index === 0 ? null : ', '}
                <Link to="/tenants/$slug" params={{ slug }} className="text-accent-text underline">
                  {slug}
                </Link>
              </span>
            ))}
            {tenants.length < count ? <Trans> and others</Trans> : null}
          </p>
        </li>
      ))}
    </ul>
  );
}
