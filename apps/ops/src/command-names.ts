import type { Operation } from './api-document.js';

/** What people call them, where that is not what the path says. Routes that are not named here are named by their paths. */
const known: Readonly<Record<string, string>> = {
  'GET /tenants.csv': 'tenants export',
  'GET /tenants/top': 'top',
  'POST /tenants/{id}/credentials/rotate': 'tenants rotate',
  'POST /tenants/{id}/moves': 'tenants move',
  'POST /tenants/{id}/backups': 'tenants backup',
  'POST /tenants/{id}/admin-invitation': 'tenants invite-admin',
  'GET /tenants/{id}/usage.csv': 'tenants usage-export',
  'POST /fleet-queries': 'query',
  'GET /migrations': 'migrations status',
  'POST /migration-runs': 'migrations rollout',
  'GET /migration-runs': 'migrations list',
  'GET /migration-runs/{id}': 'migrations show',
  'GET /migration-runs/{id}/tenants': 'migrations tenants',
  'GET /migration-runs/{id}/causes': 'migrations causes',
  'GET /migration-runs/{id}/events': 'migrations watch',
  'POST /migration-runs/{id}/retry': 'migrations retry',
  'POST /migration-runs/{id}/pause': 'migrations pause',
  'POST /migration-runs/{id}/resume': 'migrations resume',
  'POST /migration-runs/{id}/advance': 'migrations advance',
  'POST /migration-runs/{id}/cancel': 'migrations cancel',
  'POST /migration-rehearsals': 'migrations rehearse',
  'POST /drift-checks': 'migrations verify',
  'POST /database-servers': 'servers add',
  'GET /audit-events': 'audit list',
  'GET /reconciliation': 'reconcile report',
  'POST /reconciliation/run': 'reconcile run',
  'GET /isolation': 'isolation report',
  'GET /keys': 'keys list',
  'GET /health': 'health show',
};

const folders: Readonly<Record<string, string>> = {
  'database-servers': 'servers',
  'credential-rotations': 'rotations',
  'bulk-runs': 'jobs',
};

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'list',
  PUT: 'put',
  PATCH: 'change',
  DELETE: 'delete',
};

/** The words of each operation's command, no two alike. */
export function nameCommands(operations: readonly Operation[]): ReadonlyMap<Operation, string> {
  const names = new Map<Operation, string>();
  const taken = new Set<string>();
  const rest = operations.filter((operation) => {
    const name = known[keyOf(operation)];
    if (name === undefined) return true;
    names.set(operation, name);
    taken.add(name);
    return false;
  });
  for (const operation of rest) {
    const name = nameOf(operation);
    const verb = (verbs[operation.method] ?? operation.method).toLowerCase();
    const other = `${name}-${verb}`;
    const free = taken.has(name) ? other : name;
    if (taken.has(free)) throw new Error(`two routes are called ${free}`);
    names.set(operation, free);
    taken.add(free);
  }
  return names;
}

const keyOf = ({ method, path }: Operation) => `${method} ${path.replace('/api/v1', '')}`;

/** `tenants suspend` of `POST /tenants/{id}/suspend`, `plans list` of `GET /plans`. */
function nameOf({ method, path }: Operation): string {
  const [folder = '', ...others] = path
    .replace('/api/v1', '')
    .split('/')
    .filter((part) => part !== '');
  const group = folders[folder] ?? folder;
  const nouns = others.filter((part) => !part.startsWith('{'));
  const isOfOne = path.endsWith('}');
  if (nouns.length === 0) return `${group} ${method === 'GET' && isOfOne ? 'show' : (verbs[method] ?? method)}`;
  const noun = nouns.join('-').replaceAll('.', '-');
  if (method === 'POST' || (method === 'GET' && !isOfOne)) return `${group} ${noun}`;
  return `${group} ${noun}-${method === 'GET' ? 'show' : (verbs[method] ?? method)}`;
}
