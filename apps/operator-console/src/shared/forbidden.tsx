import { ApiFailure, Failed } from '@helpdeskly/ui';

const refusal = new ApiFailure({ code: 'forbidden', status: 403, detail: 'Your role may not do this.' });

/** Instead of a page that only begins what the operator's role may not do. */
export const Forbidden = () => <Failed error={refusal} onRetry={() => undefined} />;
