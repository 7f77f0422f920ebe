import type { TenantStatus } from '../api/client.js';
import { statuses } from './statuses.js';

const sorts = ['-createdAt', 'createdAt', 'slug', '-slug', 'name', '-name', '-updatedAt', 'updatedAt'] as const;
export type TenantSort = (typeof sorts)[number];

/** What the tenants list shows, as it stands in its address. */
export interface TenantSearch {
  readonly q?: string;
  readonly status?: TenantStatus;
  readonly plan?: string;
  readonly serverId?: string;
  readonly schemaVersion?: string;
  readonly sort?: TenantSort;
}

/** Of an address it keeps what the API would take, so that a mistyped address shows a list all the same. */
export function readTenantSearch(search: Record<string, unknown>): TenantSearch {
  const { status, sort } = search;
  return {
    ...textOf(search, 'q', 200),
    ...textOf(search, 'plan', 50),
    ...textOf(search, 'serverId', 36),
    ...textOf(search, 'schemaVersion', 255),
    ...(isOneOf(statuses, status) ? { status } : {}),
    ...(isOneOf(sorts, sort) ? { sort } : {}),
  };
}

function textOf<Name extends string>(
  search: Record<string, unknown>,
  name: Name,
  max: number,
): Partial<Record<Name, string>> {
  const value = search[name];
  return typeof value === 'string' && value.trim() !== '' && value.length <= max
    ? ({ [name]: value } as Partial<Record<Name, string>>)
    : {};
}

const isOneOf = <T extends string>(all: readonly T[], value: unknown): value is T => all.includes(value as T);
