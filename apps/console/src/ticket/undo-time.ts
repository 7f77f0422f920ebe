const place = 'undo-seconds';

/** Seconds in which a reply can be taken back; 0: it leaves at once. */
export const undoTimes = [0, 5, 10, 30, 60] as const;
export type UndoTime = (typeof undoTimes)[number];

export function readUndoTime(): UndoTime {
  const kept = Number(localStorage.getItem(place) ?? 10);
  return undoTimes.find((time) => time === kept) ?? 10;
}

export const chooseUndoTime = (time: UndoTime): void => localStorage.setItem(place, String(time));
