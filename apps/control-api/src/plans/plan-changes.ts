import type { Plan } from '@helpdeskly/catalog';
import type { ChangePlanDto } from './plan.dto.js';

type Planned = Pick<Plan, 'maxConnections' | 'requestsPerMinute' | 'storageBytes' | 'features'>;
type Value = string | number | string[] | null;

/** A new plan's columns. */
export function plannedOf({ limits = {}, features = [] }: Omit<ChangePlanDto, 'name'>): Planned {
  const { maxConnections = null, requestsPerMinute = null, storageBytes = null } = limits;
  return { maxConnections, requestsPerMinute, storageBytes: bytesOf(storageBytes), features: sorted(features) };
}

/** The columns that an input changes, and the changes as the audit trail tells them. */
export function planChanges(
  before: Plan,
  { name, limits = {}, features }: ChangePlanDto,
): {
  readonly data: Partial<Planned> & { name?: string };
  readonly changes: Record<string, { from: Value; to: Value }>;
} {
  const wanted = {
    ...(name !== undefined && { name }),
    ...(limits.maxConnections !== undefined && { maxConnections: limits.maxConnections }),
    ...(limits.requestsPerMinute !== undefined && { requestsPerMinute: limits.requestsPerMinute }),
    ...(limits.storageBytes !== undefined && { storageBytes: bytesOf(limits.storageBytes) }),
    ...(features !== undefined && { features: sorted(features) }),
  };
  const entries = Object.entries(wanted).map(
    ([field, to]) => [field, { from: shown(before[field as keyof typeof wanted]), to: shown(to) }] as const,
  );
  const changed = entries.filter(([, { from, to }]) => String(from) !== String(to));
  const fields = new Set(changed.map(([field]) => field));
  return {
    data: Object.fromEntries(Object.entries(wanted).filter(([field]) => fields.has(field))),
    changes: Object.fromEntries(changed),
  };
}

const bytesOf = (bytes: number | null) => (bytes === null ? null : BigInt(bytes));
const sorted = (features: readonly string[]) => [...features].sort();
const shown = (value: string | number | bigint | string[] | null): Value =>
  typeof value === 'bigint' ? Number(value) : value;
