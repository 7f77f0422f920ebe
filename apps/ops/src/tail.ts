import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.js';
import type { ApiRequest } from './command-options.js';
import type { Surroundings } from './surroundings.js';
import { lineOf } from './table.js';

interface Event {
  readonly id: string;
  readonly createdAt: string;
  readonly action: string;
  readonly actor: { readonly type: string; readonly name: string | null };
  readonly tenantSlug: string | null;
  readonly address: string | null;
}

interface Page {
  readonly data: readonly Event[];
  readonly meta: { readonly nextCursor: string | null };
}

const pauseMs = 1000;
/** Events get their time before they are committed, so a later look may find an earlier one between those that were shown. */
const remembered = 1000;

/** Shows the last events of a list that is sorted with the newest first, then those that come, until Ctrl-C. */
export async function tail(
  surroundings: Surroundings,
  api: ApiClient,
  request: ApiRequest,
  json: boolean,
): Promise<never> {
  const shown = new Set<string>();
  const show = (events: readonly Event[]) => {
    for (const event of events.toReversed()) {
      shown.add(event.id);
      surroundings.output.write(`${json ? JSON.stringify(event) : textOf(event)}\n`);
    }
    for (const id of shown) {
      if (shown.size <= remembered) break;
      shown.delete(id);
    }
  };
  const first = await pageOf(api, request.path);
  show(first.data);
  const since = first.data.at(-1)?.createdAt ?? '';
  for (;;) {
    await sleep(pauseMs, undefined, { signal: surroundings.signal });
    show(await unseen(api, request.path, (event) => !shown.has(event.id) && event.createdAt >= since, shown.size > 0));
  }
}

/** The events that were not shown: pages until one has an event that was. */
async function unseen(
  api: ApiClient,
  path: string,
  isNew: (event: Event) => boolean,
  wasAny: boolean,
): Promise<readonly Event[]> {
  const found: Event[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await pageOf(api, with100(path, cursor));
    const fresh = page.data.filter(isNew);
    found.push(...fresh);
    cursor = wasAny && fresh.length === page.data.length ? page.meta.nextCursor : null;
  }
  return found;
}

const pageOf = async (api: ApiClient, path: string) => (await (await api.call({ method: 'GET', path })).json()) as Page;

function with100(path: string, cursor: string): string {
  const url = new URL(path, 'http://localhost');
  url.searchParams.set('limit', '100');
  if (cursor !== '') url.searchParams.set('cursor', cursor);
  return `${url.pathname}${url.search}`;
}

const textOf = ({ createdAt, action, actor, tenantSlug, address }: Event) =>
  lineOf([createdAt, action, actor.name ?? actor.type, tenantSlug ?? '–', address ?? '–']);
