import { useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

/** Who did something: by name, or the platform itself. */
export function ActorName({ actor }: { actor: Schemas['AuditActorDto'] }) {
  const { t } = useLingui();
  return actor.name ?? (actor.type === 'SYSTEM' ? t`Platform` : t`Not signed in`);
}

/** What else an event says, in one line. */
export function wordsOf(details: object): string {
  const all = Object.entries(details).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return all.length === 0 ? '' : ` · ${all.join(', ')}`;
}
