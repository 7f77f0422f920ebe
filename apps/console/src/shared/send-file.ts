import { ApiFailure } from '@helpdeskly/ui';
import { t as text } from '@lingui/core/macro';
import { currentToken, refresh } from '../session/session.js';

/** Sends a file to a route that takes one. fetch tells nothing of what was sent so far; this tells it, from 0 to 1. */
export async function sendFile<T>(path: string, file: File, tell: (progress: number) => void): Promise<T> {
  const first = await post(path, file, tell);
  if (first.status !== 401 || (await refresh()) !== 'renewed') return bodyOf<T>(first);
  return bodyOf<T>(await post(path, file, tell));
}

function post(path: string, file: File, tell: (progress: number) => void): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('authorization', `Bearer ${currentToken() ?? ''}`);
    request.upload.onprogress = ({ loaded, total }) => tell(loaded / total);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ApiFailure({ code: 'offline', status: 0, detail: text`No connection.` }));
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}

function bodyOf<T>(request: XMLHttpRequest): T {
  const body = JSON.parse(request.responseText || '{}') as never;
  if (request.status === 201 || request.status === 202) return body;
  throw new ApiFailure(body);
}
