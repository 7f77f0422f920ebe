import { type ApiFailure, Field } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import type { ComponentProps } from 'react';

interface SlugFieldProps extends Omit<ComponentProps<typeof Field>, 'label' | 'error'> {
  /** What the server said against the tenant. */
  readonly failure: ApiFailure | undefined;
}

/** The slug that a new tenant is to have. */
export function SlugField({ failure, ...rest }: SlugFieldProps) {
  const { t } = useLingui();
  return (
    <Field
      label={t`Slug`}
      name="slug"
      required
      maxLength={50}
      hint={t`The first part of its address. It never changes.`}
      error={failure?.code === 'slug_taken' ? t`Another tenant has this slug.` : failure?.of('slug')}
      {...rest}
    />
  );
}
