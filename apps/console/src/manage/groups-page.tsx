import {
  Button,
  Confirm,
  Dialog,
  Editor,
  EmptyState,
  Failed,
  Field,
  IconButton,
  Listing,
  Page,
  pages,
  Row,
  textOf,
  useTitle,
  useWrite,
  Waiting,
} from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { UsersRound, X } from 'lucide-react';
import { useState } from 'react';
import { api, everyPage, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';
import { PersonField } from '../shared/person-field.js';

type Group = Schemas['GroupDto'];
/** Lists of them stand in many places. */
const keys = [['groups'], ['group-members']] as const;

const groupsList = pages(['groups', 'pages'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/groups', { params: { query: { limit: 50, cursor } }, signal })),
);

/** Teams that tickets come to. */
export function GroupsPage() {
  const { t } = useLingui();
  useTitle(t`Groups`);
  const isAdmin = useMe().role === 'ADMIN';
  const [edited, edit] = useState<Group | 'new'>();
  const [shown, show] = useState<Group>();
  const [doomed, doom] = useState<Group>();
  const list = useInfiniteQuery(groupsList);
  const remove = useWrite(
    ({ id, version }: Group) =>
      unwrap(api.DELETE('/api/v1/groups/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } })),
    { keys, onDone: () => doom(undefined) },
  );
  return (
    <Page
      title={t`Groups`}
      about={<Trans>Tickets come to a group; its members share them.</Trans>}
      action={
        isAdmin ? (
          <Button look="primary" onClick={() => edit('new')}>
            <Trans>New group</Trans>
          </Button>
        ) : undefined
      }
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon={<UsersRound aria-hidden />} title={t`No groups yet`}>
            <Trans>An admin can make one for each team.</Trans>
          </EmptyState>
        }
      >
        {(group) => (
          <Row
            title={group.name}
            details={<Plural value={group.memberCount} one="# member" other="# members" />}
            aside={
              <>
                <Button small aria-label={t`Members of ${group.name}`} onClick={() => show(group)}>
                  <Trans>Members</Trans>
                </Button>
                {isAdmin ? (
                  <>
                    <Button small aria-label={t`Rename ${group.name}`} onClick={() => edit(group)}>
                      <Trans>Rename</Trans>
                    </Button>
                    <Button small aria-label={t`Delete ${group.name}`} onClick={() => doom(group)}>
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
        title={edited === 'new' ? t`New group` : t`Rename the group`}
        closeLabel={t`Close`}
      >
        <GroupForm group={edited === 'new' ? undefined : edited} onSaved={() => edit(undefined)} />
      </Dialog>
      <Dialog
        open={shown !== undefined}
        onClose={() => show(undefined)}
        title={t`Members of ${shown?.name ?? ''}`}
        closeLabel={t`Close`}
      >
        {shown === undefined ? null : <Members group={shown} />}
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Delete the group`}
        action={<Trans>Delete</Trans>}
        disabled={remove.isPending}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p>
          <Trans>{doomed?.name} is deleted. Its tickets stay, without a group.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

function GroupForm({ group, onSaved }: { group: Group | undefined; onSaved: () => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={(form) => ({ name: textOf(form, 'name').trim() })}
      save={(body, key) =>
        group === undefined
          ? unwrap(api.POST('/api/v1/groups', { params: { header: { 'Idempotency-Key': key } }, body }))
          : unwrap(
              api.PATCH('/api/v1/groups/{id}', {
                params: { path: { id: group.id }, header: { 'If-Match': `"${group.version}"` } },
                body,
              }),
            )
      }
      onSaved={onSaved}
      keys={keys}
    >
      {(failure) => (
        <Field
          label={t`Name`}
          name="name"
          required
          maxLength={200}
          defaultValue={group?.name}
          error={failure?.of('name')}
        />
      )}
    </Editor>
  );
}

function Members({ group: { id } }: { group: Group }) {
  const { t } = useLingui();
  const isAdmin = useMe().role === 'ADMIN';
  const members = useQuery({
    queryKey: ['group-members', id],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        unwrap(
          api.GET('/api/v1/groups/{id}/members', { params: { path: { id }, query: { limit: 100, cursor } }, signal }),
        ),
      ),
  });
  const change = useWrite(
    ({ userId, member }: { userId: string; member: boolean }) => {
      const params = { path: { id, userId } };
      return member
        ? unwrap(api.PUT('/api/v1/groups/{id}/members/{userId}', { params }))
        : unwrap(api.DELETE('/api/v1/groups/{id}/members/{userId}', { params }));
    },
    { keys },
  );
  if (members.isPending) return <Waiting label={t`Loading…`} />;
  if (members.data === undefined) return <Failed error={members.error} onRetry={() => void members.refetch()} />;
  return (
    <div className="flex flex-col gap-4">
      {isAdmin ? (
        <PersonField
          label={t`Add a member`}
          placeholder={t`Name or address`}
          only="staff"
          onChoose={({ id: userId }) => change.mutate({ userId, member: true })}
        />
      ) : null}
      {members.data.length === 0 ? (
        <p className="text-muted">
          <Trans>Nobody is in this group yet.</Trans>
        </p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {members.data.map(({ id: userId, name }) => (
            <li key={userId} className="flex min-h-9 items-center justify-between gap-2">
              <span className="truncate">{name}</span>
              {isAdmin ? (
                <IconButton
                  label={t`Remove ${name}`}
                  disabled={change.isPending}
                  onClick={() => change.mutate({ userId, member: false })}
                >
                  <X size={14} aria-hidden />
                </IconButton>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
