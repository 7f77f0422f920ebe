import { useEffect, useSyncExternalStore } from 'react';
import { useMe } from '../session/session.js';
import { draftKeeper } from './draft-keeper.js';

/** What the reader is writing to a ticket, on all their devices. */
export function useDraft(number: number) {
  const { id } = useMe();
  const keeper = draftKeeper(id, number);
  useEffect(() => keeper.watch(), [keeper]);
  return { keeper, ...useSyncExternalStore(keeper.subscribe, keeper.now) };
}
