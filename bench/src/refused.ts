import autocannon from 'autocannon';
import { call, createTenant, signIn } from './clients.js';
import { median, printRow } from './report.js';
import type { System } from './system.js';

const connections = 20;
const seconds = 4;
const rounds = 3;

interface Target {
  readonly name: string;
  readonly status: 200 | 401 | 429;
  readonly headers: Record<string, string>;
}

/** Requests a second that are refused against the cheapest that is accepted (`GET /auth/me`), in turns. */
export async function benchRefused(system: System, operator: string): Promise<void> {
  const open = await createTenant(system, operator, 'bench-open');
  const narrow = await createTenant(system, operator, 'bench-narrow');
  await call(`${system.controlApi}/api/v1/tenants/${narrow.id}`, {
    method: 'PATCH',
    token: operator,
    body: { limits: { requestsPerMinute: 1 } },
  });
  const accepted: Target = { name: 'accepted', status: 200, headers: (await signIn(system, open)).headers };
  const { authorization = '', ...nobody } = accepted.headers;
  const refused: Target[] = [
    { name: '429 past the limit', status: 429, headers: (await signIn(system, narrow)).headers },
    { name: '401 without a token', status: 401, headers: nobody },
    { name: '401 by a forged token', status: 401, headers: { ...nobody, authorization: forged(authorization) } },
  ];
  const all = [accepted, ...refused];
  const rates = new Map<Target, number[]>(all.map((target) => [target, []]));
  for (const target of all) await load(system, target, 2); // Compiled, and past the limit.
  for (let round = 0; round < rounds; round++)
    for (const target of all) rates.get(target)?.push(await load(system, target, seconds));
  const usual = median(rates.get(accepted) ?? []);
  for (const target of refused) {
    const rate = median(rates.get(target) ?? []);
    printRow(
      `${target.name}, against an accepted read`,
      `${rate.toFixed(0)} requests/s`,
      `${usual.toFixed(0)} requests/s`,
      (rate / usual).toFixed(2),
    );
  }
}

/** What the token says, signed by nobody. */
function forged(authorization: string): string {
  const [head, payload] = authorization.split('.');
  return `${head}.${payload}.${Buffer.alloc(256, 7).toString('base64url')}`;
}

async function load({ appApi }: System, { name, status, headers }: Target, duration: number): Promise<number> {
  const result = await autocannon({ url: `${appApi}/api/v1/auth/me`, headers, connections, duration });
  const asWanted = result.statusCodeStats?.[`${status}`]?.count ?? 0;
  if (asWanted < 0.99 * result.requests.total) throw new Error(`${name}: ${JSON.stringify(result.statusCodeStats)}`);
  return result.requests.average;
}
