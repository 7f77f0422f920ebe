import { ApiFailure, Button, Field, sentenceOf, TextArea, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { useMe } from '../session/session.js';
import { ticketQuery } from '../tickets/ticket-queries.js';
import { useKept } from '../tickets/use-kept.js';
import { useOpenTicket } from '../tickets/use-open-ticket.js';

export function PortalNewPage() {
  const { followUpOf } = useSearch({ strict: false });
  return <NewTicket key={followUpOf} followUpOf={followUpOf} />;
}

/** Asks the helpdesk something new. */
function NewTicket({ followUpOf }: { followUpOf: number | undefined }) {
  const { t } = useLingui();
  useTitle(t`New ticket`);
  const me = useMe();
  const { data: former } = useQuery({ ...ticketQuery(followUpOf ?? 0), enabled: followUpOf !== undefined });
  const [form, set, forget] = useKept(`new-ticket:${me.id}:${followUpOf ?? ''}`, { title: '', description: '' });
  const open = useOpenTicket(forget);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { title, description } = form;
    open.mutate({ title, description, ...(former === undefined ? {} : { followUpOfId: former.id }) });
  };
  const failure = open.error instanceof ApiFailure ? open.error : undefined;
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-6">
      <h1 className="mb-5 text-lg font-semibold tracking-tight">
        {former === undefined ? <Trans>New ticket</Trans> : <Trans>Follow-up of #{former.number}</Trans>}
      </h1>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={t`Subject`}
          value={form.title}
          required
          maxLength={200}
          autoFocus
          error={failure?.of('title')}
          onChange={({ target }) => set({ ...form, title: target.value })}
        />
        <TextArea
          label={t`How can we help?`}
          hint={t`You can add files to the ticket when it is open.`}
          rows={8}
          required
          maxLength={65_536}
          value={form.description}
          error={failure?.of('description')}
          onChange={({ target }) => set({ ...form, description: target.value })}
        />
        {open.error === null ? null : (
          <p role="alert" className="font-medium text-danger-text">
            {sentenceOf(open.error)}
          </p>
        )}
        <div>
          <Button type="submit" look="primary" disabled={open.isPending}>
            <Trans>Create the ticket</Trans>
          </Button>
        </div>
      </form>
    </div>
  );
}
