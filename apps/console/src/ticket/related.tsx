import { IconButton, notify, SelectField, sentenceOf } from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { api, everyPage, type Schemas, type Ticket, unwrap } from '../api/client.js';
import { TicketField } from '../shared/ticket-field.js';
import { PanelSection } from './panel-section.js';
import { TicketLinkRow } from './ticket-link-row.js';

type LinkType = Schemas['TicketLinkType'];

const linkNames: Readonly<Record<LinkType, Readonly<Record<'OUT' | 'IN', MessageDescriptor>>>> = {
  RELATED: { OUT: msg`Related to`, IN: msg`Related to` },
  DUPLICATE_OF: { OUT: msg`Duplicate of`, IN: msg`Has the duplicate` },
  BLOCKS: { OUT: msg`Blocks`, IN: msg`Blocked by` },
};

const relationNames: Readonly<Record<Schemas['TicketRelation'], MessageDescriptor>> = {
  FOLLOW_UP: msg`Follow-up`,
  FOLLOW_UP_OF: msg`Follow-up of`,
  MERGED: msg`Merged into this one`,
  MERGED_INTO: msg`Merged into`,
  SPLIT: msg`Split from this one`,
  SPLIT_FROM: msg`Split from`,
};

/** The tickets that this one belongs to: by links that somebody made, by follow-ups, merges and splits. */
export function Related({ ticket: { number } }: { ticket: Ticket }) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const [type, setType] = useState<LinkType>('RELATED');
  const path = { id: String(number) };
  const { data: links } = useQuery({
    queryKey: ['links', number],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tickets/{id}/links', { params: { path }, signal })),
  });
  const { data: related = [] } = useQuery({
    queryKey: ['related', number],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        unwrap(api.GET('/api/v1/tickets/{id}/related', { params: { path, query: { limit: 100, cursor } }, signal })),
      ),
  });
  const change = useMutation({
    mutationFn: (work: { add: string } | { remove: string }) =>
      'add' in work
        ? unwrap(api.POST('/api/v1/tickets/{id}/links', { params: { path }, body: { ticketId: work.add, type } }))
        : unwrap(
            api.DELETE('/api/v1/tickets/{id}/links/{linkId}', { params: { path: { ...path, linkId: work.remove } } }),
          ),
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['links', number] }),
  });
  return (
    <PanelSection title={<Trans>Linked tickets</Trans>}>
      {related.length + (links?.data.length ?? 0) === 0 ? null : (
        <ul className="flex flex-col gap-1">
          {related.map(({ relation, ticket }) => (
            <li key={`${relation}-${ticket.id}`}>
              <p className="text-xs text-muted">{i18n._(relationNames[relation])}</p>
              <ul>
                <TicketLinkRow ticket={ticket} />
              </ul>
            </li>
          ))}
          {links?.data.map(({ id, type: kind, direction, ticket }) => (
            <li key={id}>
              <p className="text-xs text-muted">{i18n._(linkNames[kind][direction])}</p>
              <ul>
                <TicketLinkRow ticket={ticket}>
                  <IconButton
                    label={t`Remove the link to #${ticket.number}`}
                    onClick={() => change.mutate({ remove: id })}
                  >
                    <X size={13} aria-hidden />
                  </IconButton>
                </TicketLinkRow>
              </ul>
            </li>
          ))}
        </ul>
      )}
      <SelectField
        label={t`Kind of link`}
        hideLabel
        value={type}
        onChange={({ target }) => setType(target.value as LinkType)}
      >
        {(Object.keys(linkNames) as LinkType[]).map((each) => (
          <option key={each} value={each}>
            {i18n._(linkNames[each].OUT)}
          </option>
        ))}
      </SelectField>
      <TicketField
        label={t`Ticket to link`}
        hideLabel
        placeholder={t`Number or words`}
        except={number}
        onChoose={({ id }) => change.mutate({ add: id })}
      />
    </PanelSection>
  );
}
