import type { Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Incident } from '../api/client.js';

export const severityLabels: Readonly<Record<Incident['severity'], MessageDescriptor>> = {
  CRITICAL: msg`Critical`,
  WARNING: msg`Warning`,
  INFO: msg`Notice`,
};

export const severityTones: Readonly<Record<Incident['severity'], Tone>> = {
  CRITICAL: 'danger',
  WARNING: 'warn',
  INFO: 'accent',
};
