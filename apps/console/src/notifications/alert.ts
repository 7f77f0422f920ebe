import { i18n } from '@lingui/core';
import { api, unwrap } from '../api/client.js';
import { canShowAlerts, wantsAlert } from './alert-choice.js';
import { kindLabels } from './kinds.js';
import { playSound } from './sound.js';

/** Pages that nobody looks at leave it to one that somebody does look at. */
const courtesyMs = 300;
/** For as long no other page of this browser draws attention to the same. */
const quietMs = 3000;

/** Draws attention to the newest notification, in one page of this browser; `open` is called when somebody follows it. */
export async function alertTo(id: string, open: (number: number | null) => void): Promise<void> {
  const isLookedAt = document.visibilityState === 'visible' && document.hasFocus();
  if (!isLookedAt) await pause(courtesyMs);
  await navigator.locks.request(`alert:${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    if (wantsAlert('sound')) playSound();
    if (!isLookedAt && wantsAlert('browser') && canShowAlerts() && Notification.permission === 'granted')
      await show(open);
    await pause(quietMs);
  });
}

async function show(open: (number: number | null) => void): Promise<void> {
  const { data } = await unwrap(api.GET('/api/v1/notifications', { params: { query: { unread: 'true', limit: 1 } } }));
  const [newest] = data;
  if (newest === undefined) return; // It was read meanwhile, on another device.
  const { id, kind, number, title, actor } = newest;
  const about = number === null ? [] : [`#${number} ${title}`];
  const body = [...about, ...(actor === null ? [] : [actor.name])].join('\n');
  const shown = new Notification(i18n._(kindLabels[kind]), { body, tag: id });
  shown.onclick = () => {
    window.focus();
    shown.close();
    open(number);
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
