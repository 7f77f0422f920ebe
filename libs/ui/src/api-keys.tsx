import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ApiFailure } from './api.js';
import { Badge } from './badge.js';
import { Button } from './button.js';
import { Confirm } from './confirm.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { textOf } from './form-text.js';
import { Listing } from './listing.js';
import { OnceShown } from './once-shown.js';
import { Page } from './page.js';
import type { pages } from './pages.js';
import { Row } from './rows.js';
import { EmptyState } from './states.js';
import { Time } from './time.js';
import { useTitle } from './use-title.js';
import { useWrite } from './use-write.js';

/** What is shown of a key, whatever it opens. */
interface ShownKey {
  readonly id: string;
  readonly name: string;
  /** Its first characters. */
  readonly hint: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

interface ApiKeysProps<Key> {
  readonly list: ReturnType<typeof pages<Key>>;
  readonly revoke: (id: string) => Promise<unknown>;
  readonly about: ReactNode;
  /** Below `No keys yet`. */
  readonly whatFor?: ReactNode;
  /** What a key may do. */
  readonly mayOf: (key: Key) => string;
  /** The form of a new key. */
  readonly form: (onMade: (made: { readonly key: string }) => void) => ReactNode;
}

/** What programs use instead of a password. */
export function ApiKeys<Key extends ShownKey>({ list, revoke, about, whatFor, mayOf, form }: ApiKeysProps<Key>) {
  const { t } = useLingui();
  useTitle(t`API keys`);
  const [adds, add] = useState(false);
  const [made, show] = useState<string>();
  const [doomed, doom] = useState<Key>();
  const keys = useInfiniteQuery(list);
  const revocation = useWrite(({ id }: Key) => revoke(id), {
    keys: [list.queryKey],
    onDone: () => doom(undefined),
  });
  const close = () => {
    add(false);
    show(undefined);
  };
  return (
    <Page
      title={t`API keys`}
      about={about}
      action={
        <Button look="primary" onClick={() => add(true)}>
          <Trans>New key</Trans>
        </Button>
      }
    >
      <Listing
        list={keys}
        empty={
          <EmptyState icon={<KeyRound aria-hidden />} title={t`No keys yet`}>
            {whatFor}
          </EmptyState>
        }
      >
        {(key) => (
          <Row
            title={key.name}
            details={
              <>
                {key.hint}… · {mayOf(key)} ·{' '}
                {key.lastUsedAt === null ? (
                  <Trans>never used</Trans>
                ) : (
                  <Trans>
                    last used <Time at={key.lastUsedAt} />
                  </Trans>
                )}
              </>
            }
            aside={
              key.revokedAt !== null ? (
                <Badge>
                  <Trans>Revoked</Trans>
                </Badge>
              ) : (
                <>
                  {isOver(key.expiresAt) ? (
                    <Badge tone="warn">
                      <Trans>Expired</Trans>
                    </Badge>
                  ) : null}
                  <Button small aria-label={t`Revoke ${key.name}`} onClick={() => doom(key)}>
                    <Trans>Revoke</Trans>
                  </Button>
                </>
              )
            }
          />
        )}
      </Listing>
      <Dialog open={adds} onClose={close} title={t`New key`} closeLabel={t`Close`}>
        {made === undefined ? (
          form(({ key }) => show(key))
        ) : (
          <OnceShown label={t`The key`} value={made} onClose={close} />
        )}
      </Dialog>
      <Confirm
        open={doomed !== undefined}
        title={t`Revoke the key`}
        action={<Trans>Revoke</Trans>}
        disabled={revocation.isPending}
        onConfirm={() => doomed !== undefined && revocation.mutate(doomed)}
        onClose={() => doom(undefined)}
      >
        <p>
          <Trans>Programs that use {doomed?.name} are refused from now on. It cannot be undone.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

const isOver = (expiresAt: string | null): boolean => expiresAt !== null && Date.parse(expiresAt) < Date.now();

/** The last day of a new key. */
export function ExpiryField({ failure }: { failure: ApiFailure | undefined }) {
  const { t } = useLingui();
  return (
    <Field
      label={t`Good until`}
      name="expires"
      type="date"
      hint={t`Without a date it never expires.`}
      error={failure?.of('expiresAt')}
    />
  );
}

/** What the field says: to the end of that day, where the reader is. */
export function expiryOf(form: HTMLFormElement): { expiresAt?: string } {
  const day = textOf(form, 'expires');
  return day === '' ? {} : { expiresAt: new Date(`${day}T23:59:59`).toISOString() };
}
