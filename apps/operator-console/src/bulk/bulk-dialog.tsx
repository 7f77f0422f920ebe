import { AttemptKey, Button, Dialog, Editor, Field, SelectField, textOf, useWrite, Waiting } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Schemas } from '../api/client.js';
import { LimitFields, limitsOf } from '../shared/limit-fields.js';
import { type BulkAction, actionLabels, bulkActions } from './bulk-labels.js';
import { BulkItems, BulkSums } from './bulk-outcome.js';
import { type BulkAnswer, bulkRunQuery, changedBy, sendBulk } from './bulk-queries.js';

export type BulkFilter = Schemas['TenantFiltersDto'];
type Order = Omit<Schemas['BulkTenantsDto'], 'dryRun'>;

interface BulkDialogProps {
  readonly filter: BulkFilter;
  readonly onClose: () => void;
}

/** The same to every tenant that a filter finds: first what would be done, then, once their number was typed, the deed. */
export function BulkDialog({ filter, onClose }: BulkDialogProps) {
  const { t } = useLingui();
  const [asked, ask] = useState<{ readonly order: Order; readonly foreseen: BulkAnswer }>();
  const [done, finish] = useState<BulkAnswer>();
  return (
    <Dialog open wide onClose={onClose} title={t`Change all of these tenants`} closeLabel={t`Close`}>
      {Object.keys(filter).length === 0 ? (
        <p>
          <Trans>
            Choose in the list which tenants you mean, by their status, plan, server or name: never all at once.
          </Trans>
        </p>
      ) : done !== undefined ? (
        <Answer answer={done}>{(results) => <BulkItems items={results.results} dryRun={false} />}</Answer>
      ) : asked === undefined ? (
        <OrderForm filter={filter} onForeseen={(order, foreseen) => ask({ order, foreseen })} />
      ) : (
        <Answer answer={asked.foreseen}>
          {(results) => (
            <>
              <BulkItems items={results.results.slice(0, 100)} dryRun />
              <Deed
                order={asked.order}
                changed={results.changed}
                idsOf={() => changedOf(asked.foreseen)}
                onDone={finish}
                onBack={() => ask(undefined)}
              />
            </>
          )}
        </Answer>
      )}
    </Dialog>
  );
}

type Results = Schemas['BulkResultsDto'] | Schemas['BulkRunResultDto'];

/** What was answered, or what a run that works on many tenants has come to. */
function Answer({ answer, children }: { answer: BulkAnswer; children: (results: Results) => ReactNode }) {
  const { dryRun } = answer;
  const run = 'results' in answer ? undefined : answer;
  const { data } = useQuery({ ...bulkRunQuery(run?.id ?? ''), enabled: run !== undefined });
  const results = 'results' in answer ? answer : data?.result;
  return (
    <div className="flex flex-col gap-4">
      {results === undefined || results === null ? (
        <RunsOn run={data ?? (run as Schemas['BulkRunDto'])} />
      ) : (
        <>
          <BulkSums sums={results} dryRun={dryRun} />
          {children(results)}
        </>
      )}
    </div>
  );
}

function RunsOn({ run: { id, progress } }: { run: Schemas['BulkRunDto'] }) {
  const { t } = useLingui();
  return (
    <>
      <Waiting label={t`${progress.done} of ${progress.total} tenants`} />
      <p>
        <Trans>
          It goes on without this page.{' '}
          <Link to="/bulk-runs/$id" params={{ id }} className="text-accent-text underline">
            Follow it on its own page
          </Link>
        </Trans>
      </p>
    </>
  );
}

interface OrderFormProps {
  readonly filter: BulkFilter;
  readonly onForeseen: (order: Order, foreseen: BulkAnswer) => void;
}

function OrderForm({ filter, onForeseen }: OrderFormProps) {
  const { t, i18n } = useLingui();
  const [action, choose] = useState<BulkAction>('suspend');
  return (
    <Editor
      read={(form) => readOrder(form, action, filter)}
      save={async (order, key) => ({ order, foreseen: await sendBulk({ ...order, dryRun: true }, key) })}
      onSaved={({ order, foreseen }) => onForeseen(order, foreseen)}
      keys={[['bulk-runs', 'list']]}
      action={<Trans>See what would be done</Trans>}
    >
      {(failure) => (
        <>
          <SelectField
            label={t`Action`}
            value={action}
            onChange={({ target }) => choose(target.value as BulkAction)}
            error={failure?.of('action')}
          >
            {bulkActions.map((each) => (
              <option key={each} value={each}>
                {i18n._(actionLabels[each])}
              </option>
            ))}
          </SelectField>
          {action === 'setLimits' ? (
            <LimitFields empty={t`Leave it empty to keep what each has.`} failure={failure} />
          ) : null}
          <Field
            label={t`Reason`}
            name="reason"
            maxLength={500}
            hint={t`Only operators see it.`}
            error={failure?.of('reason')}
          />
        </>
      )}
    </Editor>
  );
}

function readOrder(form: HTMLFormElement, action: BulkAction, filter: BulkFilter): Order {
  const reason = textOf(form, 'reason').trim();
  return {
    action,
    filter,
    ...(reason === '' ? {} : { reason }),
    ...(action === 'setLimits' ? { limits: limitsOf(form) } : {}),
  };
}

interface DeedProps {
  readonly order: Order;
  /** How many tenants would be changed. */
  readonly changed: number;
  readonly idsOf: () => Promise<string[]>;
  readonly onDone: (answer: BulkAnswer) => void;
  readonly onBack: () => void;
}

/** The tenants that would be changed: a run shows the first ones with itself, and has all of them. */
const changedOf = (foreseen: BulkAnswer): Promise<string[]> =>
  'results' in foreseen
    ? Promise.resolve(foreseen.results.filter((each) => each.changed).map(({ id }) => id))
    : changedBy(foreseen.id);

/** Asks for the number of tenants. What is done is done to those that were foreseen, whatever the filter finds by then. */
function Deed({ order: { filter: _, ...order }, changed, idsOf, onDone, onBack }: DeedProps) {
  const { t, i18n } = useLingui();
  const [typed, type] = useState('');
  const [key] = useState(() => new AttemptKey());
  const deed = async () => {
    const body = { ...order, ids: await idsOf() };
    return sendBulk(body, key.of(body));
  };
  const send = useWrite(deed, { keys: [['tenants'], ['fleet'], ['bulk-runs', 'list']], onDone });
  const word = String(changed);
  return (
    <div className="flex flex-col gap-4">
      {changed === 0 ? null : (
        <Field
          label={t`Type ${word} to confirm`}
          value={typed}
          inputMode="numeric"
          autoComplete="off"
          onChange={({ target }) => type(target.value)}
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>
          <Trans>Back</Trans>
        </Button>
        {changed === 0 ? null : (
          <Button
            look="danger"
            disabled={typed.trim() !== word || send.isPending}
            onClick={() => send.mutate(undefined)}
          >
            {i18n._(actionLabels[order.action])}: <Plural value={changed} one="# tenant" other="# tenants" />
          </Button>
        )}
      </div>
    </div>
  );
}
