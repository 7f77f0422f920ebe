import {
  Badge,
  Button,
  Confirm,
  Dialog,
  EmptyState,
  Listing,
  notify,
  Page,
  pages,
  Row,
  sentenceOf,
  Time,
  type Tone,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { PackageOpen } from 'lucide-react';
import { useRef, useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { sendFile } from '../shared/send-file.js';
import { TransferProgress } from './transfer-progress.js';

type Import = Schemas['ImportDto'];
type Status = Import['status'];

const statusLabels: Readonly<Record<Status, MessageDescriptor>> = {
  UPLOADING: msg`Arrives`,
  CHECKING: msg`Is looked through`,
  CHECKED: msg`Looked through`,
  RUNNING: msg`Is imported`,
  DONE: msg`Imported`,
  FAILED: msg`Failed`,
  EXPIRED: msg`Deleted`,
};
const statusTones: Readonly<Record<Status, Tone>> = {
  UPLOADING: 'neutral',
  CHECKING: 'neutral',
  CHECKED: 'warn',
  RUNNING: 'neutral',
  DONE: 'good',
  FAILED: 'danger',
  EXPIRED: 'neutral',
};
const isUnderWay = ({ status }: Import) => status === 'CHECKING' || status === 'RUNNING';
const everyMs = 1000;

const importsList = pages(['imports'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/imports', { params: { query: { limit: 50, cursor } }, signal })),
);

const refusalsList = (id: string) =>
  pages(['imports', id, 'refusals'], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/imports/{id}/refusals', { params: { path: { id }, query: { limit: 50, cursor } }, signal }),
    ).then(({ data, meta }) => ({
      meta,
      data: data.map((each) => ({ ...each, id: `${each.file} ${each.line} ${each.code} ${each.message}` })),
    })),
  );

/** Data of another helpdesk: first it is looked through, then it is imported. */
export function ImportsPage() {
  const { t } = useLingui();
  useTitle(t`Import`);
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [sent, tell] = useState<number>();
  const [shown, show] = useState<Import>();
  const [wanted, want] = useState<Import>();
  const list = useInfiniteQuery({
    ...importsList,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ data }) => data.some(isUnderWay)) ? everyMs : false),
  });
  const run = useWrite((id: string) => unwrap(api.POST('/api/v1/imports/{id}/run', { params: { path: { id } } })), {
    keys: [['imports']],
    onDone: () => want(undefined),
  });
  const upload = (file: File | undefined) => {
    if (file === undefined) return;
    tell(0);
    sendFile<Import>('/api/v1/imports', file, tell)
      .catch((error: unknown) => notify({ tone: 'danger', text: sentenceOf(error) }))
      .finally(() => {
        tell(undefined);
        void queries.invalidateQueries({ queryKey: ['imports'] });
      });
  };
  return (
    <Page
      title={t`Import`}
      about={
        <Trans>
          An archive of another helpdesk of ours, or of Zendesk. It is looked through first: nothing changes before you
          have seen what would be refused.
        </Trans>
      }
      action={
        <>
          <input
            ref={input}
            type="file"
            accept=".zip"
            className="hidden"
            aria-label={t`Archive`}
            onChange={({ target }) => {
              upload(target.files?.[0]);
              target.value = '';
            }}
          />
          <Button look="primary" disabled={sent !== undefined} onClick={() => input.current?.click()}>
            <Trans>Choose an archive…</Trans>
          </Button>
        </>
      }
    >
      {sent === undefined ? null : <progress aria-label={t`Sending the archive`} value={sent} max={1} />}
      <Listing
        list={list}
        empty={
          <EmptyState icon={<PackageOpen aria-hidden />} title={t`No imports yet`}>
            <Trans>Nothing has been imported into this helpdesk.</Trans>
          </EmptyState>
        }
      >
        {(found) => <Found found={found} onShow={() => show(found)} onRun={() => want(found)} />}
      </Listing>
      {shown === undefined ? null : <Refusals id={shown.id} onClose={() => show(undefined)} />}
      <Confirm
        open={wanted !== undefined}
        title={t`Import ${wanted?.fileName}`}
        action={<Trans>Import</Trans>}
        disabled={run.isPending}
        onConfirm={() => wanted !== undefined && run.mutate(wanted.id)}
        onClose={() => want(undefined)}
      >
        <p>
          {wanted?.status === 'FAILED' ? (
            <Trans>The import goes on from where it stood.</Trans>
          ) : (
            <>
              <Plural
                value={wanted?.result?.accepted.tickets ?? 0}
                one="# ticket is imported."
                other="# tickets are imported."
              />{' '}
              <Plural value={wanted?.result?.refused ?? 0} one="# row is left out." other="# rows are left out." />
            </>
          )}{' '}
          <Trans>It cannot be undone. Nobody is told by mail.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

function Found({ found, onShow, onRun }: { found: Import; onShow: () => void; onRun: () => void }) {
  const { t, i18n } = useLingui();
  const { fileName, status, progress, result, error, createdAt, runnableUntil } = found;
  const refused = result?.refused ?? 0;
  return (
    <Row
      title={fileName}
      details={
        isUnderWay(found) ? (
          <TransferProgress label={t`Progress of the import`} {...progress} />
        ) : (
          <>
            <Time at={createdAt} />
            {' · '}
            {error?.detail ?? <Plural value={result?.accepted.tickets ?? 0} one="# ticket" other="# tickets" />}
          </>
        )
      }
      aside={
        <>
          <Badge tone={statusTones[status]}>{i18n._(statusLabels[status])}</Badge>
          {refused === 0 ? null : (
            <Button small onClick={onShow}>
              <Plural value={refused} one="# refused row" other="# refused rows" />
            </Button>
          )}
          {runnableUntil === null ? null : (
            <Button small aria-label={t`Import ${fileName}`} onClick={onRun}>
              {status === 'FAILED' ? <Trans>Go on…</Trans> : <Trans>Import…</Trans>}
            </Button>
          )}
        </>
      }
    />
  );
}

function Refusals({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useLingui();
  const list = useInfiniteQuery(refusalsList(id));
  return (
    <Dialog open wide title={t`Refused rows`} closeLabel={t`Close`} onClose={onClose}>
      <Listing list={list} empty={<Trans>No row was refused.</Trans>}>
        {({ file, line, message }) => (
          <Row
            title={message}
            details={
              <Trans>
                {file}, line {line}
              </Trans>
            }
          />
        )}
      </Listing>
    </Dialog>
  );
}
