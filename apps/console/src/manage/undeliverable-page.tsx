import { Button, EmptyState, Listing, notify, Page, pages, Row, Time, useTitle, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { MailX } from 'lucide-react';
import { api, unwrap } from '../api/client.js';

const addresses = pages(['undeliverable-addresses', 'pages'], async (cursor, signal) => {
  const query = { limit: 50, cursor };
  const page = await unwrap(api.GET('/api/v1/undeliverable-addresses', { params: { query }, signal }));
  return { ...page, data: page.data.map((each) => ({ ...each, id: each.address })) };
});

/** Addresses to which nothing leaves any more, because a mail came back for good. */
export function UndeliverablePage() {
  const { t } = useLingui();
  useTitle(t`Undeliverable addresses`);
  const list = useInfiniteQuery(addresses);
  const clear = useWrite(
    (address: string) =>
      unwrap(api.DELETE('/api/v1/undeliverable-addresses/{address}', { params: { path: { address } } })),
    { keys: [['undeliverable-addresses']], onDone: () => notify({ text: t`Mail leaves to this address again` }) },
  );
  return (
    <Page
      title={t`Undeliverable addresses`}
      about={<Trans>A mail to each of them came back for good. Nothing leaves to them until somebody says so.</Trans>}
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon={<MailX aria-hidden />} title={t`No undeliverable addresses`}>
            <Trans>No mail has come back for good.</Trans>
          </EmptyState>
        }
      >
        {({ address, code, createdAt }) => (
          <Row
            title={address}
            details={
              <>
                <Time at={createdAt} />
                {code === null ? null : ` · ${code}`}
              </>
            }
            aside={
              <Button
                small
                aria-label={t`Let mail leave to ${address} again`}
                disabled={clear.isPending}
                onClick={() => clear.mutate(address)}
              >
                <Trans>Try again</Trans>
              </Button>
            }
          />
        )}
      </Listing>
    </Page>
  );
}
