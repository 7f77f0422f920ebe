import { Button, Editor, Field, Page, Section, TextArea, textOf, unwrap, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useRef, useState } from 'react';
import { api, type Schemas } from '../api/client.js';
import { namesIn } from '../shared/names.js';
import { AnswerView } from './answer-view.js';
import { type FleetAnswer, readAnswer } from './fleet-answer.js';

/** The same question to the databases of many tenants. */
export function FleetQueryPage() {
  const { t } = useLingui();
  useTitle(t`Fleet query`);
  const [answer, show] = useState<FleetAnswer>();
  return (
    <Page
      wide
      title={t`Fleet query`}
      about={
        <Trans>
          One statement that reads, in each tenant’s database. It is recorded in the audit trail of the platform, and
          that it was asked in that of each tenant.
        </Trans>
      }
    >
      <Section title={<Trans>The question</Trans>}>
        <Question onAnswer={show} />
      </Section>
      {answer === undefined ? null : <AnswerView key={answer.id} answer={answer} />}
    </Page>
  );
}

/** How long a statement may take in one database, in seconds; the API's default and bound. */
const seconds = { usual: 5, most: 30 };

function Question({ onAnswer }: { onAnswer: (answer: FleetAnswer | undefined) => void }) {
  const { t } = useLingui();
  const [asked, ask] = useState<AbortController>();
  const now = useRef<AbortController>(undefined);
  useEffect(() => () => now.current?.abort(), []); // Nobody waits for an answer any more.
  const save = async (body: Schemas['AskFleetDto']) => {
    const attempt = new AbortController();
    now.current = attempt;
    ask(attempt);
    onAnswer(undefined);
    try {
      const { signal } = attempt;
      return await unwrap<string>(api.POST('/api/v1/fleet-queries', { body, signal, parseAs: 'text' }));
    } catch (error) {
      if (attempt.signal.aborted) return undefined;
      throw error;
    } finally {
      now.current = undefined;
      ask(undefined);
    }
  };
  return (
    <>
      <Editor
        read={read}
        save={save}
        onSaved={(json) => onAnswer(json === undefined ? undefined : readAnswer(json))}
        keys={[['audit']]}
        action={<Trans>Ask</Trans>}
      >
        {(failure) => (
          <>
            <TextArea
              label={t`SQL`}
              name="sql"
              required
              rows={6}
              maxLength={10_000}
              autoFocus
              spellCheck={false}
              autoCapitalize="off"
              className="font-mono"
              placeholder={'SELECT "status", count(*) FROM "Ticket" GROUP BY 1'}
              hint={t`One SELECT, VALUES or TABLE. Secrets, raw mails and drafts cannot be read. Ctrl and Enter asks.`}
              error={failure?.of('sql')}
              onKeyDown={(event) => {
                const isAsking = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
                if (isAsking && now.current === undefined) event.currentTarget.form?.requestSubmit();
              }}
            />
            <div className="grid gap-4 sm:grid-cols-2">
              <Field
                label={t`Tenants`}
                name="tenants"
                hint={t`Their slugs, with commas between them. Leave it empty for all.`}
                error={failure?.problem.errors?.find(({ field }) => field.startsWith('tenants'))?.message}
              />
              <Field
                label={t`Seconds in each database at most`}
                name="seconds"
                type="number"
                min={0.001}
                max={seconds.most}
                step="any"
                required
                defaultValue={seconds.usual}
                error={failure?.of('timeoutMs')}
              />
            </div>
          </>
        )}
      </Editor>
      {asked === undefined ? null : <Asking onStop={() => asked.abort()} />}
    </>
  );
}

function read(form: HTMLFormElement): Schemas['AskFleetDto'] {
  const tenants = namesIn(textOf(form, 'tenants'));
  return {
    sql: textOf(form, 'sql'),
    timeoutMs: Math.round(Number(textOf(form, 'seconds')) * 1000),
    ...(tenants.length === 0 ? {} : { tenants: [...tenants] }),
  };
}

/** The API answers when all have: until then, how long it has been. */
function Asking({ onStop }: { onStop: () => void }) {
  const { t } = useLingui();
  const [elapsed, count] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => count((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p role="status" aria-live="off" className="tabular-nums">
        <Trans>The tenants are asked: {elapsed} seconds so far, two minutes at most.</Trans>
      </p>
      <Button small onClick={onStop} aria-label={t`Stop asking`}>
        <Trans>Stop</Trans>
      </Button>
    </div>
  );
}
