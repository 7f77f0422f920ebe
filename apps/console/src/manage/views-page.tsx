import {
  Badge,
  Button,
  Confirm,
  Dialog,
  Editor,
  EmptyState,
  Field,
  IconButton,
  Listing,
  Page,
  pages,
  Row,
  textOf,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowUp, ListFilter } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';

type View = Schemas['ViewDto'];
const keys = [['views'], ['view'], ['view-counts']] as const;

const viewsList = pages(['views', 'pages'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/views', { params: { query: { limit: 100, cursor } }, signal })),
);

/** Saved lists of tickets: their names, and their order beside the list. */
export function ViewsPage() {
  const { t } = useLingui();
  useTitle(t`Views`);
  const me = useMe();
  const [renamed, rename] = useState<View>();
  const [doomed, doom] = useState<View>();
  const list = useInfiniteQuery(viewsList);
  const views = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const remove = useWrite(
    ({ id, version }: View) =>
      unwrap(api.DELETE('/api/v1/views/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } })),
    { keys, onDone: () => doom(undefined) },
  );
  const move = useWrite(
    ({ view: { id, version }, position }: { view: View; position: number }) =>
      unwrap(
        api.PATCH('/api/v1/views/{id}', {
          params: { path: { id }, header: { 'If-Match': `"${version}"` } },
          body: { position },
        }),
      ),
    { keys },
  );
  return (
    <Page
      title={t`Views`}
      about={<Trans>Choose tickets by filters in the list, and save the choice there as a view.</Trans>}
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon={<ListFilter aria-hidden />} title={t`No saved views yet`}>
            <Trans>Filter the list of tickets, then save it as a view.</Trans>
          </EmptyState>
        }
      >
        {(view) => {
          const isMine = view.ownerId === me.id || (view.shared && me.role === 'ADMIN');
          const position = positionAbove(views, view);
          return (
            <Row
              title={
                <Link to="/tickets" search={{ view: view.id }} className="hover:underline">
                  {view.name}
                </Link>
              }
              aside={
                <>
                  {view.shared ? (
                    <Badge tone="accent">
                      <Trans>For everybody</Trans>
                    </Badge>
                  ) : null}
                  {isMine ? (
                    <>
                      {position === undefined ? null : (
                        <IconButton
                          label={t`Move ${view.name} up`}
                          disabled={move.isPending}
                          onClick={() => move.mutate({ view, position })}
                        >
                          <ArrowUp size={14} aria-hidden />
                        </IconButton>
                      )}
                      <Button small aria-label={t`Rename ${view.name}`} onClick={() => rename(view)}>
                        <Trans>Rename</Trans>
                      </Button>
                      <Button small aria-label={t`Delete ${view.name}`} onClick={() => doom(view)}>
                        <Trans>Delete</Trans>
                      </Button>
                    </>
                  ) : null}
                </>
              }
            />
          );
        }}
      </Listing>
      <Dialog
        open={renamed !== undefined}
        onClose={() => rename(undefined)}
        title={t`Rename the view`}
        closeLabel={t`Close`}
      >
        {renamed === undefined ? null : <NameForm view={renamed} onSaved={() => rename(undefined)} />}
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Delete the view`}
        action={<Trans>Delete</Trans>}
        disabled={remove.isPending}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p>
          <Trans>{doomed?.name} is deleted. Its tickets stay.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

/** Between the two that stand above it. */
function positionAbove(views: readonly View[], { id }: View): number | undefined {
  const at = views.findIndex((view) => view.id === id);
  const before = views[at - 1];
  if (before === undefined) return undefined;
  const first = views[at - 2];
  return first === undefined ? before.position - 1 : (first.position + before.position) / 2;
}

function NameForm({ view: { id, name, version }, onSaved }: { view: View; onSaved: () => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={(form) => ({ name: textOf(form, 'name').trim() })}
      save={(body) =>
        unwrap(
          api.PATCH('/api/v1/views/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body }),
        )
      }
      onSaved={onSaved}
      keys={keys}
    >
      {(failure) => (
        <Field label={t`Name`} name="name" required maxLength={200} defaultValue={name} error={failure?.of('name')} />
      )}
    </Editor>
  );
}
