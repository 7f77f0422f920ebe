import {
  Badge,
  Button,
  Confirm,
  Dialog,
  EmptyState,
  Listing,
  Page,
  pages,
  Row,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Zap } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { MacroForm } from './macro-form.js';

type Macro = Schemas['MacroDto'];

const macrosList = pages(['macros', 'pages'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/macros', { params: { query: { limit: 50, cursor } }, signal })),
);

/** Replies and changes that are made again and again. */
export function MacrosPage() {
  const { t } = useLingui();
  useTitle(t`Macros`);
  const me = useMe();
  const [edited, edit] = useState<Macro | 'new'>();
  const [doomed, doom] = useState<Macro>();
  const list = useInfiniteQuery(macrosList);
  const remove = useWrite(
    ({ id, version }: Macro) =>
      unwrap(api.DELETE('/api/v1/macros/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } })),
    { keys: [['macros']], onDone: () => doom(undefined) },
  );
  return (
    <Page
      title={t`Macros`}
      about={<Trans>A reply and changes of a ticket, ready to be used with one click.</Trans>}
      action={
        <Button look="primary" onClick={() => edit('new')}>
          <Trans>New macro</Trans>
        </Button>
      }
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Zap aria-hidden />} title={t`No macros yet`}>
            <Trans>Make one for what you write every day.</Trans>
          </EmptyState>
        }
      >
        {(macro) => (
          <Row
            title={macro.name}
            details={macro.reply?.body}
            aside={
              <>
                {macro.missing.length === 0 ? null : (
                  <Badge tone="warn">
                    <Plural value={macro.missing.length} one="# thing is gone" other="# things are gone" />
                  </Badge>
                )}
                {macro.shared ? (
                  <Badge tone="accent">
                    <Trans>For everybody</Trans>
                  </Badge>
                ) : null}
                {macro.ownerId === me.id || (macro.shared && me.role === 'ADMIN') ? (
                  <>
                    <Button small aria-label={t`Edit ${macro.name}`} onClick={() => edit(macro)}>
                      <Trans>Edit</Trans>
                    </Button>
                    <Button small aria-label={t`Delete ${macro.name}`} onClick={() => doom(macro)}>
                      <Trans>Delete</Trans>
                    </Button>
                  </>
                ) : null}
              </>
            }
          />
        )}
      </Listing>
      <Dialog
        open={edited !== undefined}
        onClose={() => edit(undefined)}
        title={edited === 'new' ? t`New macro` : t`Edit the macro`}
        closeLabel={t`Close`}
        wide
      >
        <MacroForm macro={edited === 'new' ? undefined : edited} onSaved={() => edit(undefined)} />
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Delete the macro`}
        action={<Trans>Delete</Trans>}
        disabled={remove.isPending}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p>
          <Trans>{doomed?.name} is deleted. What it did to tickets stays.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}
