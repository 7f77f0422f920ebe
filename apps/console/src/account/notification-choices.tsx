import { Failed, notify, sentenceOf, Waiting } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';
import { kindLabels } from '../notifications/kinds.js';

type Kind = Schemas['NotificationKind'];
type Preferences = Schemas['PreferencesDto'];

/** What an agent hears of today; the others come with what they are about. */
const choosable: readonly Kind[] = ['ASSIGNED', 'GROUP_ASSIGNED', 'MENTIONED', 'REPLIED'];

const channels = ['inApp', 'mail'] as const;
type Channel = (typeof channels)[number];
const channelLabels: Readonly<Record<Channel, MessageDescriptor>> = { inApp: msg`In the page`, mail: msg`By mail` };

/** Of what this person is told in the page, and by mail. */
export function NotificationChoices() {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const queryKey = ['notification-preferences'];
  const preferences = useQuery({
    queryKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/notifications/preferences', { signal })),
  });
  const change = useMutation({
    mutationFn: ({ kind, channel, on }: { kind: Kind; channel: Channel; on: boolean }) =>
      unwrap(api.PATCH('/api/v1/notifications/preferences', { body: { [kind]: { [channel]: on } } })),
    onMutate: ({ kind, channel, on }) => {
      const before = queries.getQueryData<Preferences>(queryKey);
      if (before !== undefined)
        queries.setQueryData<Preferences>(queryKey, { ...before, [kind]: { ...before[kind], [channel]: on } });
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
    <table className="max-w-md text-left">
      <caption className="mb-2 text-left text-muted">
        <Trans>Tell me when</Trans>
      </caption>
      <thead className="text-xs text-muted">
        <tr>
          <td />
          {channels.map((channel) => (
            <th key={channel} scope="col" className="px-2 font-medium">
              {i18n._(channelLabels[channel])}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {choosable.map((kind) => (
          <tr key={kind}>
            <th scope="row" className="py-1 pr-2 font-normal">
              {i18n._(kindLabels[kind])}
            </th>
            {channels.map((channel) => (
              <td key={channel} className="px-2">
                <input
                  type="checkbox"
                  aria-label={`${i18n._(kindLabels[kind])}: ${i18n._(channelLabels[channel])}`}
                  checked={data[kind][channel]}
                  onChange={({ target }) => change.mutate({ kind, channel, on: target.checked })}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
