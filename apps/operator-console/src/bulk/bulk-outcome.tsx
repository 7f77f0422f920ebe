import { Badge } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';
import { TenantLink } from '../shared/tenant-link.js';

type Item = Schemas['BulkItemDto'];

/** What became of one tenant, or would. */
export function ItemBadge({ item: { changed, problem }, dryRun }: { item: Item; dryRun: boolean }) {
  if (problem !== undefined)
    return <Badge tone="danger">{dryRun ? <Trans>Would be refused</Trans> : <Trans>Refused</Trans>}</Badge>;
  return changed ? (
    <Badge tone="good">{dryRun ? <Trans>Would change</Trans> : <Trans>Changed</Trans>}</Badge>
  ) : (
    <Badge>
      <Trans>So already</Trans>
    </Badge>
  );
}

/** Whose turn it was; an id that no tenant has stands there as it was sent. */
export const ItemTenant = ({ item: { slug, id } }: { item: Item }) =>
  slug === null ? <code className="break-all">{id}</code> : <TenantLink slug={slug} />;

/** Why a tenant was refused, in the server's own words: which fields are wrong, else what is. */
export function whyRefused({ problem }: Item): string {
  if (problem === undefined) return '';
  const faults = (problem.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
  return faults.length > 0 ? faults.join(' ') : (problem.detail ?? problem.title);
}

type Sums = Pick<Schemas['BulkResultsDto'], 'changed' | 'unchanged' | 'refused'>;

/** How many tenants changed, or would, and how many did not. */
export function BulkSums({ sums: { changed, unchanged, refused }, dryRun }: { sums: Sums; dryRun: boolean }) {
  const { i18n } = useLingui();
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <p role="status" className="tabular-nums">
      {dryRun ? (
        <Trans>
          Would change: {number(changed)} · so already: {number(unchanged)} · would be refused: {number(refused)}
        </Trans>
      ) : (
        <Trans>
          Changed: {number(changed)} · so already: {number(unchanged)} · refused: {number(refused)}
        </Trans>
      )}
    </p>
  );
}

/** Each tenant with what became of it. */
export function BulkItems({ items, dryRun }: { items: readonly Item[]; dryRun: boolean }) {
  return (
    <ul className="flex flex-col divide-y divide-line">
      {items.map((item) => (
        <li key={item.position} className="flex flex-wrap items-center justify-between gap-2 py-1.5">
          <ItemTenant item={item} />
          <ItemBadge item={item} dryRun={dryRun} />
          {item.problem === undefined ? null : <p className="w-full break-words text-muted">{whyRefused(item)}</p>}
        </li>
      ))}
    </ul>
  );
}
