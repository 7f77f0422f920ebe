import {
  Badge,
  Button,
  EmptyState,
  Listing,
  notify,
  Page,
  pages,
  Row,
  saveFile,
  sentenceOf,
  Time,
  type Tone,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { authorized } from '../session/session.js';
import { sizeOf } from '../ticket/attachment-list.js';
import { TransferProgress } from './transfer-progress.js';

type Export = Schemas['ExportDto'];
type Status = Export['status'];

const statusLabels: Readonly<Record<Status, MessageDescriptor>> = {
  PENDING: msg`Waits`,
  RUNNING: msg`Is written`,
  DONE: msg`Ready`,
  FAILED: msg`Failed`,
  EXPIRED: msg`Deleted`,
};
const statusTones: Readonly<Record<Status, Tone>> = {
  PENDING: 'neutral',
  RUNNING: 'neutral',
  DONE: 'good',
  FAILED: 'danger',
  EXPIRED: 'neutral',
};
const isUnderWay = ({ status }: Export) => status === 'PENDING' || status === 'RUNNING';
const everyMs = 1000;

const exportsList = pages(['exports'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/exports', { params: { query: { limit: 50, cursor } }, signal })),
);

/** All data of the helpdesk, to take away. */
export function ExportsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Export`);
  const list = useInfiniteQuery({
    ...exportsList,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ data }) => data.some(isUnderWay)) ? everyMs : false),
  });
  const all = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const order = useWrite(() => unwrap(api.POST('/api/v1/exports', {})), { keys: [['exports']] });
  const [loading, load] = useState<string>();
  const fetchFile = (found: Export) => {
    load(found.id);
    save(found)
      .catch((error: unknown) => notify({ tone: 'danger', text: sentenceOf(error) }))
      .finally(() => load(undefined));
  };
  return (
    <Page
      title={t`Export`}
      about={
        <Trans>
          All data of the helpdesk and all files in one archive, without passwords and keys. Every admin is told when it
          is ready; it is deleted after a day.
        </Trans>
      }
      action={
        <Button
          look="primary"
          disabled={order.isPending || all.some(isUnderWay)}
          onClick={() => order.mutate(undefined)}
        >
          <Trans>Export everything</Trans>
        </Button>
      }
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon={<PackageOpen aria-hidden />} title={t`No exports yet`}>
            <Trans>Nobody has exported the data of this helpdesk.</Trans>
          </EmptyState>
        }
      >
        {(found) => (
          <Row
            title={<Time at={found.createdAt} />}
            details={
              isUnderWay(found) ? (
                <TransferProgress label={t`Progress of the export`} {...found.progress} />
              ) : found.result !== null ? (
                <>
                  {sizeOf(found.result.size, i18n.locale)} · <Trans>deleted</Trans> <Time at={found.result.expiresAt} />
                </>
              ) : (
                found.error?.detail
              )
            }
            aside={
              <>
                <Badge tone={statusTones[found.status]}>{i18n._(statusLabels[found.status])}</Badge>
                {found.result === null ? null : (
                  <Button small disabled={loading !== undefined} onClick={() => fetchFile(found)}>
                    {loading === found.id ? <Trans>Loading…</Trans> : <Trans>Download</Trans>}
                  </Button>
                )}
              </>
            }
          />
        )}
      </Listing>
    </Page>
  );
}

/** A link of the page itself carries no token. */
async function save({ id, result }: Export): Promise<void> {
  const { pathname, search } = new URL(result?.url ?? '', location.href);
  const answer = await authorized(new Request(pathname + search));
  if (!answer.ok) throw new Error(String(answer.status));
  saveFile(await answer.blob(), `export-${id}.zip`);
}
