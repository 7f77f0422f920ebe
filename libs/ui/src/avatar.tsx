import { classes } from './classes.js';

const hues = ['bg-hue-1', 'bg-hue-2', 'bg-hue-3', 'bg-hue-4', 'bg-hue-5', 'bg-hue-6'];

/** Two letters on a colour that belongs to the name. Decoration: the name stands beside it, or is the title. */
export function Avatar({ name, size = 'm', title }: { name: string; size?: 's' | 'm'; title?: string }) {
  const words = name.trim().split(/\s+/u);
  const letters = [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
  const sum = [...name].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return (
    <span
      {...(title === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': title, title })}
      className={classes(
        'inline-flex shrink-0 select-none items-center justify-center rounded-full font-semibold text-white',
        size === 's' ? 'size-5 text-[9px]' : 'size-8 text-xs',
        hues[sum % hues.length],
      )}
    >
      {letters}
    </span>
  );
}
