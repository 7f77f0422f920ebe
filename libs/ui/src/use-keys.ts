import { isTyping, keyOf } from './keys.js';
import { useEffect, useRef } from 'react';

const place = 'single-keys';

export const keysAreOn = (): boolean => localStorage.getItem(place) !== 'off';
export const turnKeys = (on: boolean): void => localStorage.setItem(place, on ? 'on' : 'off');

export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

/** The maps of what is on the screen; the newest one is asked first. */
const maps: { readonly current: KeyMap }[] = [];
/** A notice is a dialog to screen readers, but stands in nobody's way. */
const inFront = '[role=dialog]:not([data-notice]), [role=menu]';
const sequenceMs = 1200;
let prefix: { readonly key: string; readonly at: number } | undefined;

/**
 * Single keys, and two in a row as `g t`. They are off in texts, while a dialog is open, and when a person has turned them off.
 * `Mod+k` works everywhere.
 */
export function useKeys(map: KeyMap): void {
  const current = useRef(map);
  useEffect(() => {
    current.current = map;
  });
  useEffect(() => {
    if (maps.length === 0) window.addEventListener('keydown', press);
    maps.unshift(current);
    return () => {
      maps.splice(maps.indexOf(current), 1);
      if (maps.length === 0) window.removeEventListener('keydown', press);
    };
  }, []);
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const isK = event.key.toLowerCase() === 'k' || event.code === 'KeyK';
  if ((event.ctrlKey || event.metaKey) && !event.altKey && isK) return void run('Mod+k', event);
  if (!keysAreOn() || isTyping(event.target) || document.querySelector(inFront) !== null) return;
  const key = keyOf(event);
  if (key === undefined || key === 'Shift') return;
  const first = prefix !== undefined && event.timeStamp - prefix.at < sequenceMs ? prefix.key : undefined;
  prefix = undefined;
  if (first !== undefined && run(`${first} ${key}`, event)) return;
  // Enter means the control that has the focus.
  if (key === 'Enter' && event.target instanceof Element && event.target.closest('a, button') !== null) return;
  if (!run(key, event)) prefix = { key, at: event.timeStamp };
}

function run(name: string, event: KeyboardEvent): boolean {
  const action = maps.map((map) => map.current[name]).find((each) => each !== undefined);
  if (action === undefined) return false;
  event.preventDefault();
  action();
  return true;
}
