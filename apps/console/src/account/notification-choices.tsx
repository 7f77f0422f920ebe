import { Failed, notify, sentenceOf, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';
import { kindLabels } from '../notifications/kinds.js';

type Kind = Schemas['NotificationKind'];
type Preferences = Schemas['PreferencesDto'];

/** What an agent hears of today; the others come with what they are about. */
const choosable: readonly Kind[] = ['ASSIGNED', 'GROUP_ASSIGNED', 'MENTIONED', 'REPLIED'];

/** Of what this person is told in the page. */
export function NotificationChoices() {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const queryKey = ['notification-preferences'];
  const preferences = useQuery({
    queryKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/notifications/preferences', { signal })),
  });
  const change = useMutation({
    mutationFn: ({ kind, inApp }: { kind: Kind; inApp: boolean }) =>
      unwrap(api.PATCH('/api/v1/notifications/preferences', { body: { [kind]: { inApp } } })),
    onMutate: ({ kind, inApp }) => {
      const before = queries.getQueryData<Preferences>(queryKey);
      if (before !== undefined)
        queries.setQueryData<Preferences>(queryKey, { ...before, [kind]: { ...before[kind], inApp } });
      return before;
    },
    onSuccess: (answer) => queries.setQueryData(queryKey, answer),
    onError: (error, _change, before) => {
      queries.setQueryData(queryKey, before);
      notify({ tone: 'danger', text: sentenceOf(error) });
    },
  });
  if (preferences.isPending) return <Waiting label={t`Loading…`} />;
  const { data } = preferences;
  if (data === undefined) return <Failed error={preferences.error} onRetry={() => void preferences.refetch()} />;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-muted">
        <Trans>Tell me when</Trans>
      </legend>
      {choosable.map((kind) => (
        <label key={kind} className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={data[kind].inApp}
            onChange={({ target }) => change.mutate({ kind, inApp: target.checked })}
          />
          {i18n._(kindLabels[kind])}
        </label>
      ))}
    </fieldset>
  );
}
