import { Editor, Field, notify, textOf, useWrite, Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { api, type Schemas, unwrap } from '../api/client.js';

type Mailbox = Schemas['MailboxDto'];
const keys = [['mailboxes'], ['mail-dns']] as const;

/** Adds an address of the helpdesk's own. */
export function NewMailbox({ onMade }: { onMade: (mailbox: Mailbox) => void }) {
  const { t } = useLingui();
  return (
    <Editor
      read={(form) => ({ address: textOf(form, 'address').trim() })}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/mailboxes', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={onMade}
      keys={keys}
      action={<Trans>Send a code</Trans>}
    >
      {(failure) => (
        <Field
          label={t`Address`}
          name="address"
          type="email"
          required
          maxLength={254}
          hint={t`Have its mail forwarded to the helpdesk. A code is sent to it, which shows that it is yours.`}
          error={failure?.of('address')}
        />
      )}
    </Editor>
  );
}

/** Takes the code that was sent to an address. */
export function VerifyMailbox({ mailbox, onVerified }: { mailbox: Mailbox; onVerified: () => void }) {
  const { t } = useLingui();
  const path = { id: mailbox.id };
  const again = useWrite(() => unwrap(api.POST('/api/v1/mailboxes/{id}/code', { params: { path } })), {
    keys,
    onDone: () => notify({ text: t`Another code is on its way` }),
  });
  return (
    <>
      <p className="mb-4">
        <Trans>
          A mail with a code was sent to {mailbox.address}. If all of its mail is forwarded here, you find the code in
          the subject of a held mail.
        </Trans>
      </p>
      <Editor
        read={(form) => ({ code: textOf(form, 'code').replace(/\s/g, '') })}
        save={(body) => unwrap(api.POST('/api/v1/mailboxes/{id}/verify', { params: { path }, body }))}
        onSaved={onVerified}
        keys={keys}
        action={<Trans>Verify</Trans>}
      >
        {(failure) => (
          <Field
            label={t`Code`}
            name="code"
            required
            maxLength={20}
            inputMode="numeric"
            autoComplete="one-time-code"
            error={failure?.of('code')}
          />
        )}
      </Editor>
      <p className="mt-4">
        <Button small disabled={again.isPending} onClick={() => again.mutate(undefined)}>
          <Trans>Send another code</Trans>
        </Button>
      </p>
    </>
  );
}
