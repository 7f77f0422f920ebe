import { Button, Confirm, Dialog, EmptyState, Field, Page, useTitle, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Tags } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, ifMatch, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { sizeOf } from '../shared/size.js';
import { PlanForm } from './plan-form.js';
import { defaultPlan, type Plan, planKeys, planList } from './plan-queries.js';

type Asked = { readonly deed: 'create' } | { readonly deed: 'change' | 'delete'; readonly plan: Plan };

/** What tenants can have: limits and features, each under a name. */
export function PlansPage() {
  const { t } = useLingui();
  useTitle(t`Plans`);
  const { own } = useMay();
  const [words, type] = useState('');
  const [asked, ask] = useState<Asked>();
  const close = () => ask(undefined);
  const list = useInfiniteQuery(planList(useDeferredValue(words.trim())));
  return (
    <Page
      wide
      title={t`Plans`}
      about={<Trans>The limits of tenants that have none of their own, and what they can do.</Trans>}
      action={
        own ? (
          <Button look="primary" onClick={() => ask({ deed: 'create' })}>
            <Trans>New plan</Trans>
          </Button>
        ) : null
      }
    >
      <Field
        label={t`Name`}
        type="search"
        value={words}
        onChange={({ target }) => type(target.value)}
        maxLength={50}
        className="max-w-sm"
      />
      <DataTable
        caption={t`Plans`}
        list={list}
        columns={useColumns(ask)}
        keyOf={({ id }) => id}
        empty={<EmptyState icon={<Tags aria-hidden />} title={t`No plan found`} />}
      />
      <Dialog open={asked?.deed === 'create'} onClose={close} title={t`New plan`} closeLabel={t`Close`}>
        <PlanForm onSaved={close} />
      </Dialog>
      {asked?.deed === 'change' ? (
        <Dialog open onClose={close} title={t`Change ${asked.plan.name}`} closeLabel={t`Close`}>
          <PlanForm plan={asked.plan} onSaved={close} />
        </Dialog>
      ) : null}
      {asked?.deed === 'delete' ? <Deletion plan={asked.plan} onClose={close} /> : null}
    </Page>
  );
}

function useColumns(ask: (asked: Asked) => void): readonly Column<Plan>[] {
  const { t, i18n } = useLingui();
  const { own } = useMay();
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const columns: readonly Column<Plan>[] = [
    { head: t`Name`, cell: ({ name }) => <span className="break-words">{name}</span> },
    { head: t`Connections`, isNumber: true, cell: ({ limits }) => number(limits.maxConnections) },
    {
      head: t`Requests per minute`,
      isNumber: true,
      cell: ({ limits }) => (limits.requestsPerMinute === 0 ? t`No limit` : number(limits.requestsPerMinute)),
    },
    { head: t`Storage`, isNumber: true, cell: ({ limits }) => sizeOf(limits.storageBytes, i18n.locale) },
    { head: t`Features`, cell: ({ features }) => (features.length === 0 ? '–' : features.join(', ')) },
    {
      head: t`Tenants`,
      isNumber: true,
      cell: ({ name, tenants }) => (
        <Link to="/tenants" search={{ plan: name }} className="text-accent-text underline">
          {number(tenants)}
        </Link>
      ),
    },
  ];
  if (!own) return columns;
  return [
    ...columns,
    {
      head: t`Actions`,
      cell: (plan) => (
        <div className="flex gap-2">
          <Button small aria-label={t`Change ${plan.name}`} onClick={() => ask({ deed: 'change', plan })}>
            <Trans>Change…</Trans>
          </Button>
          {plan.tenants > 0 || plan.name === defaultPlan ? null : (
            <Button small aria-label={t`Delete ${plan.name}`} onClick={() => ask({ deed: 'delete', plan })}>
              <Trans>Delete…</Trans>
            </Button>
          )}
        </div>
      ),
    },
  ];
}

function Deletion({ plan: { id, name, version }, onClose }: { plan: Plan; onClose: () => void }) {
  const { t } = useLingui();
  const removal = useWrite(
    () => unwrap(api.DELETE('/api/v1/plans/{id}', { params: { path: { id }, header: ifMatch(version) } })),
    { keys: planKeys, onDone: onClose },
  );
  return (
    <Confirm
      open
      title={t`Delete ${name}`}
      action={<Trans>Delete</Trans>}
      disabled={removal.isPending}
      onConfirm={() => removal.mutate(undefined)}
      onClose={onClose}
    >
      <p>
        <Trans>No tenant has it. Its limits and features are gone with it.</Trans>
      </p>
    </Confirm>
  );
}
