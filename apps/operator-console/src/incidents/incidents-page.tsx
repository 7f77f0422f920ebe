import { EmptyState, Failed, Page, pages, SelectField, ShowMore, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { api, type Incident, unwrap } from '../api/client.js';
import { IncidentItem } from './incident-item.js';
import { severityLabels } from './incident-labels.js';

type Severity = Incident['severity'];
type State = 'open' | 'resolved';

const incidentList = (state: State | '', severity: Severity | '') =>
  pages(['incidents', state, severity], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/incidents', {
        params: {
          query: {
            ...(state === '' ? {} : { state }),
            ...(severity === '' ? {} : { severity }),
            limit: 50,
            cursor,
          },
        },
        signal,
      }),
    ),
  );

/** What needs an operator, and what did. */
export function IncidentsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Incidents`);
  const [state, chooseState] = useState<State | ''>('open');
  const [severity, chooseSeverity] = useState<Severity | ''>('');
  const list = useInfiniteQuery({ ...incidentList(state, severity), refetchInterval: 10_000 });
  const incidents = list.data?.pages.flatMap(({ data }) => data);
  return (
    <Page title={t`Incidents`} about={<Trans>What needs an operator, with what to do. Alerts tell the same.</Trans>}>
      <div className="flex flex-wrap gap-3">
        <SelectField
          label={t`State`}
          className="w-auto!"
          value={state}
          onChange={({ target }) => chooseState(target.value as State | '')}
        >
          <option value="open">{t`Open`}</option>
          <option value="resolved">{t`Over`}</option>
          <option value="">{t`Every state`}</option>
        </SelectField>
        <SelectField
          label={t`Severity`}
          className="w-auto!"
          value={severity}
          onChange={({ target }) => chooseSeverity(target.value as Severity | '')}
        >
          <option value="">{t`Every severity`}</option>
          {(Object.keys(severityLabels) as Severity[]).map((each) => (
            <option key={each} value={each}>
              {i18n._(severityLabels[each])}
            </option>
          ))}
        </SelectField>
      </div>
      {list.isPending ? (
        <Waiting label={t`Loading…`} />
      ) : incidents === undefined ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : incidents.length === 0 ? (
        <EmptyState icon={<CircleCheck aria-hidden />} title={t`No incidents`}>
          <Trans>Nothing of this kind needs somebody.</Trans>
        </EmptyState>
      ) : (
        <ul className="flex flex-col divide-y divide-line rounded-xl border border-line bg-raised px-4">
          {incidents.map((incident) => (
            <IncidentItem key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
      <ShowMore list={list} />
    </Page>
  );
}
