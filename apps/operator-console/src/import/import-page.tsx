import { AttemptKey, Button, Editor, Page, Section, useTitle, useWrite } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { api, unwrap } from '../api/client.js';
import { BulkAnswer } from '../bulk/bulk-answer.js';
import type { BulkAnswer as Answered } from '../bulk/bulk-queries.js';
import { ImportedRows } from './imported-rows.js';
import { readCsv } from './read-csv.js';

const required = ['name', 'slug', 'admin.email', 'admin.name'];
const optional = ['plan', 'limits.maxConnections', 'limits.requestsPerMinute', 'limits.storageBytes'];

interface Foreseen {
  readonly csv: string;
  readonly answer: Answered;
}

/** Tenants from a file: first what would become of each row, then the import. */
export function ImportPage() {
  const { t } = useLingui();
  useTitle(t`Import tenants`);
  const [foreseen, foresee] = useState<Foreseen>();
  const [done, finish] = useState<Answered>();
  const startAgain = () => {
    foresee(undefined);
    finish(undefined);
  };
  return (
    <Page
      title={t`Import tenants`}
      about={<Trans>Each row of a CSV file becomes a tenant with a database of its own; its admin is invited.</Trans>}
    >
      {done !== undefined ? (
        <Arrived key="done">
          <Section title={<Trans>The import</Trans>}>
            <BulkAnswer answer={done}>
              {({ results }) => (
                <>
                  <ImportedRows items={results} answer={done} />
                  <div className="flex flex-wrap gap-2">
                    <Button onClick={startAgain}>
                      <Trans>Import another file</Trans>
                    </Button>
                  </div>
                </>
              )}
            </BulkAnswer>
          </Section>
        </Arrived>
      ) : foreseen !== undefined ? (
        <Arrived key="foreseen">
          <Section title={<Trans>What the import would do</Trans>}>
            <BulkAnswer answer={foreseen.answer}>
              {({ results, changed }) => (
                <>
                  <ImportedRows items={results} answer={foreseen.answer} />
                  <Deed csv={foreseen.csv} changed={changed} onDone={finish} onBack={startAgain} />
                </>
              )}
            </BulkAnswer>
          </Section>
        </Arrived>
      ) : (
        <Section title={<Trans>The file</Trans>}>
          <FileForm onForeseen={foresee} />
        </Section>
      )}
    </Page>
  );
}

/** What takes the place of the pressed button takes the focus, too. */
function Arrived({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1} className="outline-none">
      {children}
    </div>
  );
}

const send = (csv: string, dryRun: boolean, key: string): Promise<Answered> =>
  unwrap(
    api.POST('/api/v1/tenants/import', {
      params: { query: { dryRun: dryRun ? 'true' : 'false' }, header: { 'Idempotency-Key': key } },
      headers: { 'Content-Type': 'text/csv; charset=utf-8' },
      body: csv,
      bodySerializer: (body) => body,
    }),
  );

function FileForm({ onForeseen }: { onForeseen: (foreseen: Foreseen) => void }) {
  const id = useId();
  return (
    <>
      <p>
        <Trans>
          The first line names the columns: {required.join(', ')}; if you like also {optional.join(', ')}. What{' '}
          <Link to="/tenants" className="text-accent-text underline">
            the list of tenants
          </Link>{' '}
          saves as CSV can be imported elsewhere: its other columns are ignored.
        </Trans>
      </p>
      <Editor
        read={(form) => {
          const file = new FormData(form).get('file') as File;
          return { file, told: [file.name, file.size, file.lastModified] }; // A file alone is compared with no other.
        }}
        save={async ({ file }, key) => {
          const csv = await readCsv(file);
          return { csv, answer: await send(csv, true, key) };
        }}
        onSaved={onForeseen}
        keys={[['bulk-runs', 'list']]}
        action={<Trans>See what would be done</Trans>}
      >
        {() => (
          <div className="flex flex-col gap-1">
            <label htmlFor={id} className="text-xs font-medium text-muted">
              <Trans>CSV file</Trans>
            </label>
            <input
              id={id}
              name="file"
              type="file"
              required
              accept=".csv,text/csv"
              className="w-full min-w-0 cursor-pointer text-muted file:mr-3 file:min-h-8 file:cursor-pointer file:rounded-md file:border file:border-solid file:border-line file:bg-raised file:px-3 file:font-medium file:text-text hover:file:bg-sunken"
            />
          </div>
        )}
      </Editor>
    </>
  );
}

interface DeedProps {
  readonly csv: string;
  /** How many tenants would be made. */
  readonly changed: number;
  readonly onDone: (answer: Answered) => void;
  readonly onBack: () => void;
}

function Deed({ csv, changed, onDone, onBack }: DeedProps) {
  const [key] = useState(() => new AttemptKey());
  const imports = useWrite(() => send(csv, false, key.of(csv)), {
    keys: [['tenants'], ['fleet'], ['plans'], ['bulk-runs', 'list']],
    onDone,
  });
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onBack}>
        <Trans>Choose another file</Trans>
      </Button>
      {changed === 0 ? null : (
        <Button look="primary" disabled={imports.isPending} onClick={() => imports.mutate(undefined)}>
          <Plural value={changed} one="Import # tenant" other="Import # tenants" />
        </Button>
      )}
    </div>
  );
}
