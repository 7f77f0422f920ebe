import { ValidationFailed } from '@helpdeskly/errors';
import { problemOf, readInput } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { SlugTaken } from '../tenants/errors.js';
import { exportColumns } from '../tenants/tenants-csv.js';
import { CreateTenantDto } from '../tenants/tenants.dto.js';
import type { BulkItem } from './bulk-item.js';
import { BulkRequests, type Exchange } from './bulk-requests.js';
import type { BulkResultsDto } from './bulk-run.dto.js';
import { readTable } from './csv-table.js';

/** The columns of a file, named by their paths in the body of `POST /tenants`. */
const importColumns = {
  name: true,
  slug: true,
  'admin.email': true,
  'admin.name': true,
  plan: false,
  'limits.maxConnections': false,
  'limits.requestsPerMinute': false,
  'limits.storageBytes': false,
} as const;

const required = Object.entries(importColumns).flatMap(([name, isRequired]) => (isRequired ? [name] : []));
const ignored = exportColumns.filter((name) => !(name in importColumns));

/** Tenants from a CSV file. */
@Injectable()
export class TenantFile {
  constructor(private readonly requests: BulkRequests) {}

  /** The results, or the id of a run. Throws ValidationFailed for a file that is no table of tenants. */
  async import(origin: Origin, text: unknown, dryRun: boolean, exchange: Exchange): Promise<BulkResultsDto | string> {
    const items = itemsOf(text, exchange.request.id);
    return this.requests.run(exchange, { origin, terms: { action: 'import' }, dryRun }, () => Promise.resolve(items));
  }
}

/** One item for each row; a row that is wrong by itself, or repeats a slug of a row before it, is refused already. */
function itemsOf(text: unknown, requestId: string): BulkItem[] {
  const rows = readTable(text, { required, known: [...Object.keys(importColumns), ...ignored] });
  const slugs = new Set<string>();
  return rows.map((cells, index) => {
    const position = index + 1;
    if (cells instanceof ValidationFailed) return { position, reference: '', problem: problemOf(cells, requestId) };
    const reference = cells.get('slug') ?? '';
    try {
      const input = readInput(CreateTenantDto, bodyOf(cells));
      if (slugs.has(input.slug)) throw new SlugTaken(input.slug);
      slugs.add(input.slug);
      return { position, reference: input.slug, input };
    } catch (error) {
      if (!(error instanceof ValidationFailed || error instanceof SlugTaken)) throw error;
      return { position, reference, problem: problemOf(error, requestId) };
    }
  });
}

/** The body of a request for one tenant. An empty cell is a field that is not sent. */
function bodyOf(cells: ReadonlyMap<string, string>): object {
  const body: Record<string, unknown> = { admin: {} };
  for (const name of Object.keys(importColumns)) {
    const cell = cells.get(name);
    if (cell === undefined) continue;
    const [field, inner] = name.split('.') as [string, string?];
    if (inner === undefined) body[field] = cell;
    else body[field] = { ...(body[field] as object | undefined), [inner]: valueOf(field, cell) };
  }
  return body;
}

/** A limit is a number; what is none is left to the rule of the field. */
const valueOf = (field: string, cell: string) => (field === 'limits' && /^\d{1,16}$/.test(cell) ? Number(cell) : cell);
