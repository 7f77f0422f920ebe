import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { lines, readAnswer } from './calls.js';
import { NotesApi } from './notes-api.js';
import { OdditiesController } from './notes.js';

const ask = (path: string) => lines(`GET ${path} HTTP/1.1`, 'Host: a', 'X-Team: acme', 'Authorization: Bearer ADMIN');

async function waitingFor(name: string): Promise<() => void> {
  for (;;) {
    const release = OdditiesController.waiting.get(name);
    if (release !== undefined) return release;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Resolves once nobody listens on a port any more. */
async function refusing(port: number): Promise<void> {
  for (;;) {
    const outcome = await new Promise<string | undefined>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy(); // The server has not stopped listening yet.
        resolve(undefined);
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    if (outcome === 'ECONNREFUSED') return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a close', () => {
  it('takes no new connections, answers what was accepted, and ends its connection', async () => {
    const api = await NotesApi.start();
    const socket = connect(api.port, '127.0.0.1');
    socket.write(ask('/api/v1/oddities/waiting/accepted'));
    const release = await waitingFor('accepted');
    const { port } = api;
    const closed = api.stop();
    await refusing(port);
    release();
    const answer = await readAnswer(socket);
    expect([answer.status, answer.body, answer.headers['connection']]).toEqual([200, { word: 'accepted' }, 'close']);
    await closed;
  });

  it('answers what an accepted connection still brings', async () => {
    const api = await NotesApi.start();
    const socket = connect(api.port, '127.0.0.1');
    socket.write(ask('/api/v1/oddities/waiting/first'));
    const release = await waitingFor('first');
    const { port } = api;
    const closed = api.stop();
    await refusing(port);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write(ask('/api/v1/oddities/open'));
    release();
    await ended;
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).toContain('"first"');
    expect(received).not.toContain('503');
    await closed;
  });

  it('waits neither for idle connections nor for silent ones', async () => {
    const api = await NotesApi.start();
    const idle = connect(api.port, '127.0.0.1');
    idle.write(ask('/api/v1/notes'));
    await readAnswer(idle);
    const silent = connect(api.port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    const ended = Promise.all([idle, silent].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    await api.stop();
    await ended;
  });
});
