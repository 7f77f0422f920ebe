import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.js';

const looks = {
  primary: 'bg-accent text-white hover:bg-accent-strong border-transparent',
  plain: 'bg-raised text-text hover:bg-sunken border-line',
  quiet: 'bg-transparent text-text hover:bg-sunken border-transparent',
  danger: 'bg-danger text-white hover:bg-danger-strong border-transparent',
};

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof looks;
  readonly small?: boolean;
}

export function Button({ look = 'plain', small = false, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={classes(
        'inline-flex cursor-pointer items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:cursor-default disabled:opacity-60',
        small ? 'min-h-7 px-2 text-xs' : 'min-h-8 px-3 text-sm',
        looks[look],
        className,
      )}
      {...rest}
    />
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that shows a picture; its label is what it is called, and its tooltip. */
export function IconButton({ label, className, children, look = 'quiet', ...rest }: IconButtonProps) {
  return (
    <Button aria-label={label} title={label} look={look} className={classes('size-8 px-0!', className)} {...rest}>
      {children}
    </Button>
  );
}
