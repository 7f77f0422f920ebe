import { AttemptKey, Button, Dialog, Editor, Field, SelectField, textOf, useWrite } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Schemas } from '../api/client.js';
import { LimitFields, limitsOf } from '../shared/limit-fields.js';
import { type BulkAction, actionLabels, bulkActions } from './bulk-labels.js';
import { BulkAnswer } from './bulk-answer.js';
import { BulkItems } from './bulk-outcome.js';
import { type BulkAnswer as Answered, changedBy, sendBulk } from './bulk-queries.js';

export type BulkFilter = Schemas['TenantFiltersDto'];
type Order = Omit<Schemas['BulkTenantsDto'], 'dryRun'>;

interface BulkDialogProps {
  readonly filter: BulkFilter;
  readonly onClose: () => void;
}

/** The same to every tenant that a filter finds: first what would be done, then, once their number was typed, the deed. */
export function BulkDialog({ filter, onClose }: BulkDialogProps) {
  const { t } = useLingui();
  const [asked, ask] = useState<{ readonly order: Order; readonly foreseen: Answered }>();
  const [done, finish] = useState<Answered>();
  return (
    <Dialog open wide onClose={onClose} title={t`Change all of these tenants`} closeLabel={t`Close`}>
      {Object.keys(filter).length === 0 ? (
        <p>
          <Trans>
            Choose in the list which tenants you mean, by their status, plan, server or name: never all at once.
          </Trans>
        </p>
      ) : done !== undefined ? (
        <BulkAnswer answer={done}>{(results) => <BulkItems items={results.results} dryRun={false} />}</BulkAnswer>
      ) : asked === undefined ? (
        <OrderForm filter={filter} onForeseen={(order, foreseen) => ask({ order, foreseen })} />
      ) : (
        <BulkAnswer answer={asked.foreseen}>
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
        </BulkAnswer>
      )}
    </Dialog>
  );
}

interface OrderFormProps {
  readonly filter: BulkFilter;
  readonly onForeseen: (order: Order, foreseen: Answered) => void;
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
  readonly onDone: (answer: Answered) => void;
  readonly onBack: () => void;
}

/** The tenants that would be changed: a run shows the first ones with itself, and has all of them. */
const changedOf = (foreseen: Answered): Promise<string[]> =>
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
