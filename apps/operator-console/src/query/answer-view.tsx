import { Badge, Button, saveFile, Section } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';
import { csvOf } from '../shared/csv.js';
import { PlainTable } from '../shared/plain-table.js';
import { TenantLink } from '../shared/tenant-link.js';
import { columnsOf, type FleetAnswer, linesOf, textOfValue } from './fleet-answer.js';

/** As many rows as a person looks through; the file has all. */
const shownRows = 500;

/** What the tenants answered, and which did not. */
export function AnswerView({ answer }: { answer: FleetAnswer }) {
  const { t, i18n } = useLingui();
  const { coverage, rows, tenants } = answer;
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const [columns, told] = [columnsOf(answer), tenants.filter(({ error, truncated }) => error !== null || truncated)];
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p role="status" className="tabular-nums">
          <Trans>
            Answered: {number(coverage.answered)} of {number(coverage.tenants)} tenants · rows: {number(rows.length)} ·
            failed: {number(coverage.failed)} · with more rows than are shown: {number(coverage.truncated)}
          </Trans>
        </p>
        {rows.length === 0 ? null : (
          <Button
            small
            onClick={() => saveFile(new Blob([csvOf(linesOf(answer))], { type: 'text/csv' }), 'fleet-query.csv')}
          >
            <Trans>Save as CSV</Trans>
          </Button>
        )}
      </div>
      {told.length === 0 ? null : (
        <Section title={<Trans>Tenants without a whole answer</Trans>}>
          <ul className="flex max-h-96 flex-col divide-y divide-line overflow-auto" tabIndex={0}>
            {told.map((tenant) => (
              <Incomplete key={tenant.tenantId} tenant={tenant} />
            ))}
          </ul>
        </Section>
      )}
      {rows.length === 0 ? (
        <p className="text-muted">
          <Trans>No rows.</Trans>
        </p>
      ) : (
        <>
          <PlainTable
            caption={t`Rows`}
            heads={[t`Tenant`, ...columns]}
            rows={rows
              .slice(0, shownRows)
              .map(({ tenantSlug, row }, index) => [
                <TenantLink key={index} slug={tenantSlug} />,
                ...columns.map((column) => textOfValue(row[column])),
              ])}
          />
          {rows.length > shownRows ? (
            <p className="text-muted">
              <Plural
                value={rows.length - shownRows}
                one="# more row is in the CSV file."
                other="# more rows are in the CSV file."
              />
            </p>
          ) : null}
        </>
      )}
    </>
  );
}

function Incomplete({ tenant: { tenantSlug, truncated, rows, error } }: { tenant: Schemas['FleetTenantDto'] }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 py-1.5">
      <TenantLink slug={tenantSlug} />
      {error === null ? null : <Badge tone="danger">{error.sqlState ?? error.code}</Badge>}
      {truncated ? (
        <Badge tone="warn">
          <Plural value={rows} one="The first row alone" other="The first # rows alone" />
        </Badge>
      ) : null}
      {error === null ? null : <p className="w-full break-words text-muted">{error.message}</p>}
    </li>
  );
}
