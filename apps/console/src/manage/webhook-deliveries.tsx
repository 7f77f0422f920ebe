import { Badge, Button, EmptyState, Listing, pages, Row, Time, type Tone, useWrite } from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';

type Status = Schemas['WebhookDeliveryStatus'];

const labels: Readonly<Record<Status, MessageDescriptor>> = {
  PENDING: msg`Under way`,
  SUCCEEDED: msg`Delivered`,
  FAILED: msg`Failed`,
};
const tones: Readonly<Record<Status, Tone>> = { PENDING: 'neutral', SUCCEEDED: 'good', FAILED: 'danger' };

const deliveriesOf = (id: string) =>
  pages(['webhooks', 'deliveries', id], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id }, query: { limit: 25, cursor } }, signal }),
    ),
  );

/** What was sent, and what came of it. */
export function WebhookDeliveries({ webhook: { id } }: { webhook: Schemas['WebhookDto'] }) {
  const { t, i18n } = useLingui();
  const list = useInfiniteQuery(deliveriesOf(id));
  const again = useWrite(
    (deliveryId: string) =>
      unwrap(
        api.POST('/api/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver', { params: { path: { id, deliveryId } } }),
      ),
    { keys: [['webhooks']] },
  );
  return (
    <div className="flex flex-col gap-4">
      <Listing list={list} empty={<EmptyState title={t`Nothing was sent yet`} />}>
        {({ id: deliveryId, type, status, failure, response, createdAt }) => (
          <Row
            title={type}
            details={
              <>
                <Time at={createdAt} />
                {response === null ? null : ` · HTTP ${response.status}`}
                {failure === null ? null : ` · ${failure}`}
              </>
            }
            aside={
              <>
                <Badge tone={tones[status]}>{i18n._(labels[status])}</Badge>
                {status === 'PENDING' ? null : (
                  <Button
                    small
                    aria-label={t`Send ${type} again`}
                    disabled={again.isPending}
                    onClick={() => again.mutate(deliveryId)}
                  >
                    <Trans>Send again</Trans>
                  </Button>
                )}
              </>
            }
          />
        )}
      </Listing>
    </div>
  );
}
