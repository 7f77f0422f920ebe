import { useSyncExternalStore } from 'react';
import { currentSession, currentToken, refresh, subscribe } from '../session/session.js';
import { type LiveEvent, type LiveMessage, Stream } from './stream.js';
import type { FromPage } from './stream.worker.js';
import workerUrl from './stream.worker.ts?sharedworker&url';

type Listener = (event: LiveEvent) => void;
/** Trusted Types let a script's address be made here alone. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
let isUp = true;
let onFresh: () => void = () => undefined;

/** Hears every event of the stream until the returned function is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether what is shown is kept up to date. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => isUp,
  );
}

function hear(message: LiveMessage): void {
  switch (message.kind) {
    case 'event':
      if (message.event.type === 'reset') onFresh();
      else for (const listener of listeners) listener(message.event);
      return;
    case 'ended':
      return void refresh(); // Says whether the session is over or the helpdesk is closed.
    case 'up':
      if (message.fresh || !isUp) onFresh();
      return setUp(true);
    case 'down':
      return setUp(false);
  }
}

let late: ReturnType<typeof setTimeout> | undefined;

/** A break that heals within two seconds is nobody's business. */
function setUp(up: boolean): void {
  clearTimeout(late);
  const change = () => {
    if (isUp === up) return;
    isUp = up;
    for (const watcher of watchers) watcher();
  };
  if (up) change();
  else late = setTimeout(change, 2000);
}

/** Starts to hear as the person who is signed in; `refreshAll` is called when something may have been missed. */
export function startLive(who: string, refreshAll: () => void): () => void {
  onFresh = refreshAll;
  const send = channel(who);
  const pass = () => {
    const token = currentToken();
    if (token !== undefined) send({ kind: 'token', token });
    if (currentSession().kind === 'signedOut') send({ kind: 'leave' });
  };
  pass();
  const stopPassing = subscribe(pass);
  const hurry = () => send({ kind: 'hurry' });
  const asleep = () => document.visibilityState === 'visible' && hurry();
  window.addEventListener('online', hurry);
  document.addEventListener('resume', hurry);
  document.addEventListener('visibilitychange', asleep);
  return () => {
    stopPassing();
    window.removeEventListener('online', hurry);
    document.removeEventListener('resume', hurry);
    document.removeEventListener('visibilitychange', asleep);
  };
}

let channels: { readonly who: string; readonly send: (message: FromPage) => void } | undefined;

/** A browser without SharedWorker has a stream for each tab. */
function channel(who: string): (message: FromPage) => void {
  if (channels?.who === who) return channels.send;
  channels?.send({ kind: 'leave' });
  let send: (message: FromPage) => void;
  if (typeof SharedWorker === 'undefined') {
    const stream = new Stream(hear);
    send = (message) => {
      if (message.kind === 'token') stream.give(message.token);
      if (message.kind === 'hurry') stream.hurry();
      if (message.kind === 'leave') stream.stop();
    };
  } else {
    const { port } = new SharedWorker(scriptUrl(), { type: 'module', name: who });
    port.onmessage = ({ data }: MessageEvent<LiveMessage>) => hear(data);
    send = (message) => port.postMessage(message);
  }
  channels = { who, send };
  return send;
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

function scriptUrl(): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return workerUrl;
  policy ??= trustedTypes.createPolicy('helpdeskly', {
    createScriptURL(url) {
      if (url === workerUrl) return url;
      throw new TypeError(`${url} is not our worker.`);
    },
  });
  return policy.createScriptURL(workerUrl);
}
