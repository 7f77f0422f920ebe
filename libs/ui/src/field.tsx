import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.js';

const box =
  'w-full rounded-md border border-control bg-raised px-2.5 text-sm text-text placeholder:text-muted disabled:opacity-60 aria-invalid:border-danger';

interface Labelled {
  readonly label: string;
  /** Shown to screen readers alone. */
  readonly hideLabel?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

function useParts({ hint, error }: Labelled) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim();
  return {
    id,
    control: {
      id,
      ...(described === '' ? {} : { 'aria-describedby': described }),
      ...(error === undefined ? {} : { 'aria-invalid': true }),
    },
  };
}

function Around({
  id,
  label,
  hideLabel = false,
  hint,
  error,
  children,
}: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-xs font-medium text-muted'}>
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} className="text-xs font-medium text-danger-text">
          {error}
        </p>
      )}
    </div>
  );
}

export function Field({ label, hideLabel, hint, error, className, ...rest }: Labelled & ComponentProps<'input'>) {
  const { id, control } = useParts({ label, hint, error });
  return (
    <Around id={id} label={label} hideLabel={hideLabel} hint={hint} error={error}>
      <input {...control} className={classes(box, 'min-h-9', className)} {...rest} />
    </Around>
  );
}

export function TextArea({ label, hideLabel, hint, error, className, ...rest }: Labelled & ComponentProps<'textarea'>) {
  const { id, control } = useParts({ label, hint, error });
  return (
    <Around id={id} label={label} hideLabel={hideLabel} hint={hint} error={error}>
      <textarea {...control} className={classes(box, 'py-2 leading-relaxed', className)} {...rest} />
    </Around>
  );
}

/** The platform's own select: by keyboard, by touch and with screen readers it is what people know. */
export function SelectField({
  label,
  hideLabel,
  hint,
  error,
  className,
  ...rest
}: Labelled & ComponentProps<'select'>) {
  const { id, control } = useParts({ label, hint, error });
  return (
    <Around id={id} label={label} hideLabel={hideLabel} hint={hint} error={error}>
      <select {...control} className={classes(box, 'min-h-8 cursor-pointer', className)} {...rest} />
    </Around>
  );
}

export function CheckField({ label, hint, ...rest }: Labelled & ComponentProps<'input'>) {
  const { id, control } = useParts({ label, hint });
  return (
    <div className="flex flex-col gap-0.5">
      <label className="flex items-center gap-2">
        <input {...control} type="checkbox" {...rest} />
        {label}
      </label>
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="ml-6 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
