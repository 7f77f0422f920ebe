import { IconButton, notify, sentenceOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { api, type Ticket, unwrap } from '../api/client.js';
import { PersonField } from '../shared/person-field.js';
import { PanelSection } from './panel-section.js';

/** Who else hears of the ticket: colleagues who follow it, and customers in copy. */
export function Participants({ ticket: { number, status } }: { ticket: Ticket }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const queryKey = ['participants', number];
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/tickets/{id}/participants', { params: { path: { id: String(number) } }, signal })),
  });
  const change = useMutation({
    mutationFn: ({ userId, takesPart }: { userId: string; takesPart: boolean }) => {
      const params = { path: { id: String(number), userId } };
      return takesPart
        ? unwrap(api.PUT('/api/v1/tickets/{id}/participants/{userId}', { params }))
        : unwrap(api.DELETE('/api/v1/tickets/{id}/participants/{userId}', { params }));
    },
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const participants = data?.data ?? [];
  const isClosed = status === 'CLOSED';
  return (
    <PanelSection title={<Trans>Participants</Trans>}>
      {participants.length === 0 ? null : (
        <ul className="flex flex-col">
          {participants.map(({ user, role }) => (
            <li key={user.id} className="flex min-h-8 items-center gap-2">
              <span className="min-w-0 flex-1 truncate" title={user.email}>
                {user.name}
              </span>
              <span className="text-xs text-muted">{role === 'CC' ? t`in copy` : t`follows`}</span>
              {isClosed ? null : (
                <IconButton
                  label={t`Remove ${user.name}`}
                  onClick={() => change.mutate({ userId: user.id, takesPart: false })}
                >
                  <X size={13} aria-hidden />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {isClosed ? null : (
        <PersonField
          label={t`Add somebody`}
          hideLabel
          placeholder={t`Add somebody`}
          onChoose={({ id }) => change.mutate({ userId: id, takesPart: true })}
        />
      )}
    </PanelSection>
  );
}
