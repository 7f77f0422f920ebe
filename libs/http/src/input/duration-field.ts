import { parseDuration } from '@helpdeskly/config';
import { field, type FieldOptions } from './field-rule.js';
import { tidy } from './written-text.js';

/** A duration such as `30s`, `10m`, `12h` or `7d`, of at most `max`, which has the same form. It stays a text. */
export function DurationField(options: FieldOptions & { max: string }): PropertyDecorator {
  const mostMs = parseDuration(options.max) ?? 0;
  return field(
    (value) => {
      const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
      if (milliseconds === undefined) return ['malformed', 'This is not a duration such as 30s, 10m or 12h.'];
      return milliseconds <= mostMs ? undefined : ['out_of_range', `This is at most ${options.max}.`];
    },
    options,
    { type: String, pattern: String.raw`^\d{1,9}(ms|s|m|h|d)$` },
    tidy,
  );
}
