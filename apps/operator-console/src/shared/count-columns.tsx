import { Trans, useLingui } from '@lingui/react/macro';
import type { Column } from './data-table.js';

interface Counted {
  readonly counts: { readonly done: number; readonly total: number; readonly failed: number };
}

/** How many tenants a run is done with, and with how many it failed. */
export function useCountColumns(): readonly Column<Counted>[] {
  const { t, i18n } = useLingui();
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return [
    {
      head: t`Done`,
      isNumber: true,
      cell: ({ counts }) => (
        <Trans>
          {number(counts.done)} of {number(counts.total)}
        </Trans>
      ),
    },
    { head: t`Failed`, isNumber: true, cell: ({ counts }) => number(counts.failed) },
  ];
}
