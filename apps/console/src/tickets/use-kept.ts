import { useState } from 'react';

/** A form's state, kept on this device until it is forgotten: a reload or an ended session loses nothing. */
export function useKept<T extends object>(
  name: string,
  empty: T,
): [value: T, set: (value: T) => void, forget: () => void] {
  const [value, setValue] = useState<T>(() => read(name, empty));
  const set = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(name, JSON.stringify(next));
    } catch {
      // The storage is full: the text stays on the page alone.
    }
  };
  return [value, set, () => localStorage.removeItem(name)];
}

function read<T extends object>(name: string, empty: T): T {
  try {
    return { ...empty, ...(JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<T>) };
  } catch {
    return empty;
  }
}
