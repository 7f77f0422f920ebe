import { Trans } from '@lingui/react/macro';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Ticket, unwrap } from '../api/client.js';

const undeliverable = (address: string) =>
  queryOptions({
    queryKey: ['undeliverable-addresses', address],
    queryFn: async ({ signal }) => {
      const query = { address, limit: 1 };
      const { data } = await unwrap(api.GET('/api/v1/undeliverable-addresses', { params: { query }, signal }));
      return data.length > 0;
    },
    staleTime: 60_000,
  });

/** Says that a reply will not reach its reader by mail, before it is written. */
export function UndeliverableWarning({ author: { name, email } }: Pick<Ticket, 'author'>) {
  const { data: isUndeliverable = false } = useQuery({ ...undeliverable(email ?? ''), enabled: email !== undefined });
  if (!isUndeliverable) return null;
  return (
    <p role="status" className="rounded-md bg-warn-soft px-2.5 py-1.5 text-xs font-medium text-warn-text">
      <Trans>
        No mail leaves to {name}: an earlier one came back.{' '}
        <Link to="/manage/undeliverable-addresses" className="underline">
          Undeliverable addresses
        </Link>
      </Trans>
    </p>
  );
}
