import { applyGroups, applyOrganizations, applyUsers } from './apply-people.js';
import { applyComments, applyEvents, applyLinks } from './apply-comments.js';
import { applyTickets, settleTickets } from './apply-tickets.js';
import { zendeskFile } from './import-archive.js';
import type { ImportBatch, PlacedRow } from './import-batch.js';
import type { ImportSource } from './import-source.js';
import { ownForm } from './own-form.js';
import type { RowFields } from './row-fields.js';
import { zendeskForm } from './zendesk-form.js';
import type { RowKind } from './wanted-rows.js';

/** One file of the archive, read from its first row to its last. */
export interface ImportStep {
  readonly entry: string;
  readonly kind: RowKind;
  /** Throws RowRefused. */
  readonly read: (fields: RowFields) => unknown;
  /** Undefined for files, whose bytes come before the transaction. */
  readonly apply: ((batch: ImportBatch, rows: readonly PlacedRow<never>[]) => Promise<void>) | undefined;
}

const applied = {
  organizations: applyOrganizations,
  users: applyUsers,
  groups: applyGroups,
  tickets: applyTickets,
  links: applyLinks,
  comments: applyComments,
  events: applyEvents,
  files: undefined,
} as const;

/** What refers to something comes after it. Tickets come twice: they refer to each other. */
const kinds = ['organizations', 'users', 'groups', 'tickets', 'links', 'comments', 'events', 'files'] as const;

/** The steps of an archive, the same whenever it is asked for. */
export function stepsOf(source: ImportSource, names: readonly string[]): readonly ImportStep[] {
  const form: Partial<Record<RowKind, (fields: RowFields) => unknown>> = source === 'ZENDESK' ? zendeskForm : ownForm;
  const entriesOf = (kind: RowKind) =>
    source === 'ZENDESK'
      ? names.filter((name) => zendeskFile.exec(name)?.[1]?.toLowerCase() === kind).sort()
      : names.filter((name) => name === `${kind}.jsonl`);
  const steps: ImportStep[] = kinds.flatMap((kind) => {
    const read = form[kind];
    const apply = applied[kind] as ImportStep['apply'];
    return read === undefined ? [] : entriesOf(kind).map((entry) => ({ entry, kind, read, apply }));
  });
  const settling = steps.filter(({ kind }) => kind === 'tickets').map((step) => ({ ...step, apply: settleTickets }));
  return [...steps, ...settling];
}
