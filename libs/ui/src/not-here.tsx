import { Trans, useLingui } from '@lingui/react/macro';
import { SearchX } from 'lucide-react';
import { EmptyState } from './states.js';

export function NotHere() {
  const { t } = useLingui();
  return (
    <EmptyState icon={<SearchX aria-hidden />} title={t`There is no such page`}>
      <a href="/" className="font-medium text-accent-text underline">
        <Trans>To the start</Trans>
      </a>
    </EmptyState>
  );
}
