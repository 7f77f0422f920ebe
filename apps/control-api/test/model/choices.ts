import fc from 'fast-check';
import type { CallerName, ControlModel } from './model.js';
import type { Status, TenantModel } from './tenant-model.js';

/** Few, so that orders meet. */
const slugs = ['m1', 'm-two', 'm3-3'] as const;

export const slug = fc.constantFrom(...slugs);

export const caller: fc.Arbitrary<CallerName> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<CallerName>('owner', 'owner', 'operator') },
  { weight: 1, arbitrary: fc.constantFrom<CallerName>('viewer', 'stranger', 'impostor') },
  { weight: 3, arbitrary: fc.nat({ max: 5 }) },
);

/** How a path names a tenant. */
export type Reference =
  | {
      readonly slug: string;
      readonly form: 'slug' | 'id' | 'ID';
      /** Also when there is little to be learnt from the answer. */
      readonly anyway: boolean;
    }
  | { readonly slug: undefined; readonly text: string };

/** In no form of an id or a slug, or nobody's. */
const strangers = [
  'M1',
  'x',
  'a--b',
  '-ab',
  '%00',
  '%20',
  '%F0%9F%90%98',
  'nobody',
  '01890a5d-ac96-774b-bcce-b302099a8057',
];

export const rarely = fc.nat({ max: 11 }).map((number) => number === 11);
const form = fc.constantFrom<'slug' | 'id' | 'ID'>('slug', 'id', 'id', 'ID');

export const reference: fc.Arbitrary<Reference> = fc.oneof(
  { weight: 25, arbitrary: fc.record({ slug, form, anyway: rarely }) },
  { weight: 1, arbitrary: fc.constantFrom(...strangers).map((text) => ({ slug: undefined, text })) },
);

/** The tenant that a path names, if there is one. */
export function named(model: ControlModel, { slug }: Reference): TenantModel | undefined {
  return slug === undefined ? undefined : model.tenant(slug);
}

/**
 * Whether an order about a tenant is worth giving: most of those about one that is not there, or in a status in which it is
 * refused, say the same.
 */
export function worthwhile(reference: Reference, status?: Status): (model: ControlModel) => boolean {
  return (model) => {
    if (reference.slug === undefined || reference.anyway) return true;
    const tenant = named(model, reference);
    return tenant !== undefined && (status === undefined || tenant.status === status);
  };
}

export function pathOf(model: ControlModel, reference: Reference): string {
  if (reference.slug === undefined) return `/tenants/${reference.text}`;
  const { slug, form } = reference;
  if (form === 'slug') return `/tenants/${slug}`;
  const former = model.purged.filter((tenant) => tenant.slug === slug).at(-1);
  const id = (model.tenant(slug) ?? former)?.id ?? '01890a5d-ac96-774b-bcce-b302099a8057';
  return `/tenants/${form === 'ID' ? id.toUpperCase() : id}`;
}

export function spell(reference: Reference): string {
  return reference.slug === undefined ? reference.text : `${reference.slug} by its ${reference.form}`;
}

/** Few again, so that keys are used twice. */
export const idempotencyKey = fc.option(fc.constantFrom('key 1', 'key 2'), { nil: undefined, freq: 2 });
