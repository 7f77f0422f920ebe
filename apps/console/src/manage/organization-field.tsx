import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { api, unwrap } from '../api/client.js';
import { SuggestField } from '../shared/suggest-field.js';
import { organizationQuery } from '../tickets/people-queries.js';

interface OrganizationFieldProps {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

/** The organization of a customer, or none. */
export function OrganizationField({ value, onChange }: OrganizationFieldProps) {
  const { t } = useLingui();
  const [text, type] = useState('');
  const words = useDeferredValue(text.trim());
  const { data: chosen } = useQuery({ ...organizationQuery(value ?? ''), enabled: value !== null });
  const { data: found = [] } = useQuery({
    queryKey: ['organizations', 'like', words],
    enabled: words !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/v1/organizations', { params: { query: { q: words, limit: 8 } }, signal }))).data,
  });
  if (value !== null) {
    return (
      <div className="flex flex-wrap items-end justify-between gap-2">
        <p>
          <span className="block text-xs font-medium text-muted">
            <Trans>Organization</Trans>
          </span>
          {chosen?.name ?? '…'}
        </p>
        <Button small onClick={() => onChange(null)}>
          <Trans>Take out of the organization</Trans>
        </Button>
      </div>
    );
  }
  return (
    <SuggestField
      label={t`Organization`}
      placeholder={t`None`}
      text={text}
      suggestions={words === '' ? [] : found.map(({ id, name }) => ({ id, text: name }))}
      onType={type}
      onChoose={({ id }) => {
        type('');
        onChange(id);
      }}
    />
  );
}
