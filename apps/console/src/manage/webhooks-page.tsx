import {
  Badge,
  Button,
  CheckField,
  Confirm,
  Dialog,
  Editor,
  EmptyState,
  Field,
  Listing,
  notify,
  OnceShown,
  Page,
  pages,
  Row,
  textOf,
  useTitle,
  useWrite,
} from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Webhook as Icon } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { WebhookEvents } from './webhook-events.js';
import { WebhookDeliveries } from './webhook-deliveries.js';

type Webhook = Schemas['WebhookDto'];
const keys = [['webhooks']] as const;

const webhooksList = pages(['webhooks', 'pages'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/webhooks', { params: { query: { limit: 50, cursor } }, signal })),
);

/** Programs that are told of what happens to tickets. */
export function WebhooksPage() {
  const { t } = useLingui();
  useTitle(t`Webhooks`);
  const [edited, edit] = useState<Webhook | 'new'>();
  const [secret, show] = useState<string>();
  const [watched, watch] = useState<Webhook>();
  const [doomed, doom] = useState<Webhook>();
  const list = useInfiniteQuery(webhooksList);
  const remove = useWrite(
    ({ id, version }: Webhook) =>
      unwrap(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } })),
    { keys, onDone: () => doom(undefined) },
  );
  const test = useWrite(
    ({ id }: Webhook) => unwrap(api.POST('/api/v1/webhooks/{id}/test', { params: { path: { id } } })),
    {
      keys,
      onDone: () => notify({ text: t`A test is on its way` }),
    },
  );
  const close = () => {
    edit(undefined);
    show(undefined);
  };
  return (
    <Page
      title={t`Webhooks`}
      about={<Trans>Programs that are told of what happens to tickets.</Trans>}
      action={
        <Button look="primary" onClick={() => edit('new')}>
          <Trans>New webhook</Trans>
        </Button>
      }
    >
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Icon aria-hidden />} title={t`No webhooks yet`}>
            <Trans>A webhook sends each event of a ticket to an address of yours.</Trans>
          </EmptyState>
        }
      >
        {(webhook) => (
          <Row
            title={webhook.url}
            details={webhook.description ?? undefined}
            aside={
              <>
                <State webhook={webhook} />
                <Button small aria-label={t`Deliveries to ${webhook.url}`} onClick={() => watch(webhook)}>
                  <Trans>Deliveries</Trans>
                </Button>
                <Button
                  small
                  aria-label={t`Test ${webhook.url}`}
                  disabled={test.isPending || !webhook.enabled}
                  onClick={() => test.mutate(webhook)}
                >
                  <Trans>Test</Trans>
                </Button>
                <Button small aria-label={t`Edit ${webhook.url}`} onClick={() => edit(webhook)}>
                  <Trans>Edit</Trans>
                </Button>
                <Button small aria-label={t`Delete ${webhook.url}`} onClick={() => doom(webhook)}>
                  <Trans>Delete</Trans>
                </Button>
              </>
            }
          />
        )}
      </Listing>
      <Dialog
        open={edited !== undefined}
        onClose={close}
        title={edited === 'new' ? t`New webhook` : t`Edit the webhook`}
        closeLabel={t`Close`}
      >
        {secret !== undefined ? (
          <OnceShown label={t`The secret that signs`} value={secret} onClose={close} />
        ) : edited === 'new' ? (
          <NewWebhook onMade={(made) => show(made.secret)} />
        ) : edited === undefined ? null : (
          <WebhookForm webhook={edited} onSaved={close} onSecret={show} />
        )}
      </Dialog>
      <Dialog
        open={watched !== undefined}
        onClose={() => watch(undefined)}
        title={t`Deliveries`}
        closeLabel={t`Close`}
        wide
      >
        {watched === undefined ? null : <WebhookDeliveries webhook={watched} />}
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Delete the webhook`}
        action={<Trans>Delete</Trans>}
        disabled={remove.isPending}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p className="break-words">
          <Trans>{doomed?.url} hears nothing any more.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

function State({ webhook: { enabled, disabledReason, failureCount } }: { webhook: Webhook }) {
  if (!enabled)
    return (
      <Badge tone={disabledReason === null ? 'neutral' : 'danger'}>
        {disabledReason === null ? <Trans>Off</Trans> : <Trans>Turned off: it failed</Trans>}
      </Badge>
    );
  return failureCount === 0 ? (
    <Badge tone="good">
      <Trans>On</Trans>
    </Badge>
  ) : (
    <Badge tone="warn">
      <Trans>Fails</Trans>
    </Badge>
  );
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

const readWebhook = (form: HTMLFormElement) => ({
  url: textOf(form, 'url').trim(),
  description: orNull(textOf(form, 'description')),
  events: new FormData(form).getAll('events') as Schemas['WebhookEventType'][],
});

function NewWebhook({ onMade }: { onMade: (made: Schemas['WebhookWithSecretDto']) => void }) {
  return (
    <Editor
      read={readWebhook}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/webhooks', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onMade}
      keys={keys}
      action={<Trans>Create the webhook</Trans>}
    >
      {(failure) => <Fields urlError={failure?.of('url')} eventsError={failure?.of('events')} />}
    </Editor>
  );
}

interface WebhookFormProps {
  readonly webhook: Webhook;
  readonly onSaved: () => void;
  readonly onSecret: (secret: string) => void;
}

function WebhookForm({ webhook, onSaved, onSecret }: WebhookFormProps) {
  const { t } = useLingui();
  const { id, version } = webhook;
  const renew = useWrite(() => unwrap(api.POST('/api/v1/webhooks/{id}/rotate-secret', { params: { path: { id } } })), {
    keys,
    onDone: ({ secret }) => onSecret(secret),
  });
  return (
    <div className="flex flex-col gap-4">
      <Editor
        read={(form) => ({
          ...readWebhook(form),
          enabled: textOf(form, 'enabled') === 'on',
        })}
        save={(body) =>
          unwrap(
            api.PATCH('/api/v1/webhooks/{id}', {
              params: { path: { id }, header: { 'If-Match': `"${version}"` } },
              body,
            }),
          )
        }
        onSaved={onSaved}
        keys={keys}
      >
        {(failure) => (
          <>
            <Fields webhook={webhook} urlError={failure?.of('url')} eventsError={failure?.of('events')} />
            <CheckField label={t`On`} name="enabled" defaultChecked={webhook.enabled} />
          </>
        )}
      </Editor>
      <div>
        <Button disabled={renew.isPending} onClick={() => renew.mutate(undefined)}>
          <Trans>Renew the secret</Trans>
        </Button>
      </div>
    </div>
  );
}

interface FieldsProps {
  readonly webhook?: Webhook;
  readonly urlError: string | undefined;
  readonly eventsError: string | undefined;
}

function Fields({ webhook, urlError, eventsError }: FieldsProps) {
  const { t } = useLingui();
  return (
    <>
      <Field
        label={t`Address`}
        name="url"
        type="url"
        required
        maxLength={2048}
        placeholder="https://"
        defaultValue={webhook?.url}
        error={urlError}
      />
      <Field label={t`What it is for`} name="description" maxLength={200} defaultValue={webhook?.description ?? ''} />
      <WebhookEvents chosen={webhook?.events} error={eventsError} />
    </>
  );
}
