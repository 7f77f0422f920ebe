import { call, createTenant, signIn } from './clients.js';
import type { System } from './system.js';

/** A tenant with a ticket, and what its admin sends with each request. */
export interface LiveHelpdesk {
  readonly ticketId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Tenants that are made at the same time. */
const lanes = 4;

export async function openLiveHelpdesks(system: System, operator: string, count: number): Promise<LiveHelpdesk[]> {
  const helpdesks: LiveHelpdesk[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) helpdesks.push(await open(system, operator, `bench-live-${next++}`));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return helpdesks;
}

async function open(system: System, operator: string, slug: string): Promise<LiveHelpdesk> {
  const { headers } = await signIn(system, await createTenant(system, operator, slug));
  const { body } = await call<{ id: string }>(`${system.appApi}/api/v1/tickets`, {
    method: 'POST',
    headers,
    body: { title: 'Live', description: 'x' },
  });
  return { ticketId: body.id, headers };
}
