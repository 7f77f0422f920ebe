import { Trans, useLingui } from '@lingui/react/macro';
import { CircleAlert, Lock, SearchX } from 'lucide-react';
import { ApiFailure } from './api.js';
import { Button } from './button.js';
import { sentenceOf } from './failures.js';
import { EmptyState } from './states.js';

/** Instead of what could not be loaded: why, and what one can do. */
export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useLingui();
  if (error instanceof ApiFailure && error.status === 404) {
    return (
      <EmptyState icon={<SearchX aria-hidden />} title={t`It is not here`}>
        <Trans>It was deleted, or you may not see it.</Trans>
      </EmptyState>
    );
  }
  if (error instanceof ApiFailure && error.status === 403) {
    return (
      <EmptyState icon={<Lock aria-hidden />} title={t`You may not see this`}>
        <Trans>Ask an admin to let you in.</Trans>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<CircleAlert aria-hidden />} title={t`This could not be loaded`}>
      <p>{sentenceOf(error)}</p>
      <Button onClick={onRetry}>
        <Trans>Try again</Trans>
      </Button>
    </EmptyState>
  );
}
