import {
  Badge,
  Button,
  Dialog,
  EmptyState,
  Field,
  Listing,
  Page,
  pages,
  Row,
  type Tone,
  useTitle,
} from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, type Operator, unwrap } from '../api/client.js';
import { NewOperator } from './new-operator.js';
import { OperatorDetails } from './operator-details.js';
import { roleLabels } from './role-labels.js';

const operatorList = (q: string) =>
  pages(['operators', q], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/operators', {
        params: { query: { ...(q === '' ? {} : { q }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

const statusLabels: Readonly<Record<Operator['status'], MessageDescriptor>> = {
  INVITED: msg`Invited`,
  ACTIVE: msg`Active`,
  DISABLED: msg`Disabled`,
};
const statusTones: Readonly<Record<Operator['status'], Tone>> = {
  INVITED: 'accent',
  ACTIVE: 'good',
  DISABLED: 'neutral',
};

/** Who runs the platform. */
export function OperatorsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Operators`);
  const [words, type] = useState('');
  const [adds, add] = useState(false);
  const [shown, show] = useState<string>();
  const list = useInfiniteQuery(operatorList(useDeferredValue(words.trim())));
  const operator = list.data?.pages.flatMap(({ data }) => data).find(({ id }) => id === shown);
  return (
    <Page
      title={t`Operators`}
      about={<Trans>Who runs the platform.</Trans>}
      action={
        <Button look="primary" onClick={() => add(true)}>
          <Trans>New operator</Trans>
        </Button>
      }
    >
      <Field
        label={t`Name or address`}
        type="search"
        value={words}
        onChange={({ target }) => type(target.value)}
        maxLength={200}
      />
      <Listing list={list} empty={<EmptyState icon={<Users aria-hidden />} title={t`Nobody found`} />}>
        {({ id, name, email, role, status }) => (
          <Row
            title={name}
            details={`${email} · ${i18n._(roleLabels[role])}`}
            aside={
              <>
                <Badge tone={statusTones[status]}>{i18n._(statusLabels[status])}</Badge>
                <Button small aria-label={t`Change ${name}`} onClick={() => show(id)}>
                  <Trans>Change…</Trans>
                </Button>
              </>
            }
          />
        )}
      </Listing>
      <Dialog open={adds} onClose={() => add(false)} title={t`New operator`} closeLabel={t`Close`}>
        <NewOperator onClose={() => add(false)} />
      </Dialog>
      <Dialog
        open={operator !== undefined}
        onClose={() => show(undefined)}
        title={operator?.name ?? ''}
        closeLabel={t`Close`}
      >
        {operator === undefined ? null : <OperatorDetails operator={operator} onClose={() => show(undefined)} />}
      </Dialog>
    </Page>
  );
}
