export type Theme = 'system' | 'light' | 'dark';

const place = 'theme';
const dark = () => matchMedia('(prefers-color-scheme: dark)');

export function readTheme(): Theme {
  const kept = localStorage.getItem(place);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(place, theme);
  paint();
}

/** Paints the page in the chosen theme and follows the system when it changes. */
export function applyTheme(): void {
  paint();
  dark().addEventListener('change', paint);
}

function paint(): void {
  const theme = readTheme();
  document.documentElement.dataset.theme = theme === 'system' ? (dark().matches ? 'dark' : 'light') : theme;
}
