import { Badge, Button, Listing, type OnePage, Row, Time, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { RestoreProgress } from '../restores/restore-progress.js';
import { useMay } from '../session/session.js';
import { TypedConfirm } from '../shared/typed-confirm.js';
import { sizeOf } from '../shared/size.js';
import { backupLabels, backupTones } from './backup-labels.js';
import { RestoreAsNew, RestoreInPlace, RestoreTickets } from './restore-dialogs.js';

type Backup = Schemas['BackupDto'];
type Deed = 'NEW' | 'REPLACE' | 'TICKETS' | 'DELETE';

interface BackupListProps {
  readonly list: UseInfiniteQueryResult<InfiniteData<OnePage<Backup>>>;
  /** Whether each says whose it is. */
  readonly ofMany?: boolean;
  /** What stands there while the list is empty. */
  readonly empty: ReactNode;
}

/** Whatever shows backups is read again. */
const keys = [['tenants', 'backups'], ['backups']];

/** Whether one of them is on its way, so that the list is read again soon. */
export const isMoving = ({ status, verifying }: Backup): boolean => status === 'RUNNING' || verifying;

/** Archives, with what an operator does with each: it is verified, restored in three ways, deleted. */
export function BackupList({ list, ofMany = false, empty }: BackupListProps) {
  const [asked, ask] = useState<{ readonly deed: Deed; readonly backup: Backup }>();
  const [restoring, begun] = useState<string>();
  const close = () => ask(undefined);
  const about = asked && { slug: asked.backup.tenantSlug, backupId: asked.backup.id, onClose: close };
  return (
    <>
      {restoring === undefined ? null : <RestoreProgress id={restoring} />}
      <Listing list={list} empty={empty}>
        {(backup) => (
          <Row
            title={<Title backup={backup} ofMany={ofMany} />}
            details={<Details backup={backup} />}
            aside={<Actions backup={backup} ask={(deed) => ask({ deed, backup })} />}
          />
        )}
      </Listing>
      {asked?.deed === 'NEW' && about ? <RestoreAsNew {...about} /> : null}
      {asked?.deed === 'REPLACE' && about ? <RestoreInPlace {...about} onBegun={begun} /> : null}
      {asked?.deed === 'TICKETS' && about ? <RestoreTickets {...about} onBegun={begun} /> : null}
      {asked?.deed === 'DELETE' ? <DeleteBackup backup={asked.backup} onClose={close} /> : null}
    </>
  );
}

function Title({ backup: { tenantId, tenantSlug, startedAt }, ofMany }: { backup: Backup; ofMany: boolean }) {
  if (!ofMany) return <Time at={startedAt} />;
  return (
    <>
      {/* By its id: a purged tenant's slug may be another one's by now. */}
      <Link to="/tenants/$slug" params={{ slug: tenantId }} className="text-accent-text underline">
        {tenantSlug}
      </Link>{' '}
      <Time at={startedAt} />
    </>
  );
}

function Details({ backup: { bytes, rows, verifiedAt, expiresAt, reason, error } }: { backup: Backup }) {
  const { i18n } = useLingui();
  return (
    <>
      {bytes === null ? null : sizeOf(bytes, i18n.locale)}
      {rows === null ? null : <Trans> · {rows.toLocaleString(i18n.locale)} rows</Trans>}
      {verifiedAt === null ? null : (
        <Trans>
          {' '}
          · verified <Time at={verifiedAt} />
        </Trans>
      )}
      {expiresAt === null ? null : <Trans> · expires on {new Date(expiresAt).toLocaleDateString(i18n.locale)}</Trans>}
      {reason === null ? null : ` · ${reason}`}
      {error === null ? null : ` · ${error}`}
    </>
  );
}

function Actions({ backup: { id, status, verifying }, ask }: { backup: Backup; ask: (deed: Deed) => void }) {
  const { i18n } = useLingui();
  const { change, own } = useMay();
  const verify = useWrite(() => unwrap(api.POST('/api/v1/backups/{id}/verify', { params: { path: { id } } })), {
    keys,
  });
  return (
    <>
      <Badge tone={backupTones[status]}>{i18n._(backupLabels[status])}</Badge>
      {change && status === 'DONE' ? (
        <>
          <Button small disabled={verifying || verify.isPending} onClick={() => verify.mutate()}>
            {verifying ? <Trans>Being verified</Trans> : <Trans>Verify</Trans>}
          </Button>
          <Button small onClick={() => ask('TICKETS')}>
            <Trans>Single tickets…</Trans>
          </Button>
          <Button small onClick={() => ask('NEW')}>
            <Trans>As a new tenant…</Trans>
          </Button>
          {own ? (
            <Button small onClick={() => ask('REPLACE')}>
              <Trans>Replace…</Trans>
            </Button>
          ) : null}
        </>
      ) : null}
      {change && status !== 'RUNNING' ? (
        <Button small onClick={() => ask('DELETE')}>
          <Trans>Delete the backup…</Trans>
        </Button>
      ) : null}
    </>
  );
}

function DeleteBackup({ backup: { id, tenantSlug }, onClose }: { backup: Backup; onClose: () => void }) {
  const { t } = useLingui();
  const remove = useWrite(() => unwrap(api.DELETE('/api/v1/backups/{id}', { params: { path: { id } } })), {
    keys,
    onDone: onClose,
  });
  return (
    <TypedConfirm
      title={t`Delete a backup of ${tenantSlug}`}
      word={tenantSlug}
      action={<Trans>Delete</Trans>}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      <p>
        <Trans>
          Its archive is deleted now. With the last archive of a tenant goes the key that all of them were encrypted
          with.
        </Trans>
      </p>
    </TypedConfirm>
  );
}
