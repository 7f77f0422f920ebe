import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { VirusScanner } from '../src/attachments/virus-scanner.js';
import { Clamd } from './clamd.js';
import { send, stored, upload } from './files.js';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

// The test file that every scanner knows is spelled in two parts, or scanners would know this one too.
const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}` + '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

let clamd: Clamd;
let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  clamd = await Clamd.start((content) => {
    if (content.includes(eicar)) return 'stream: Eicar-Test-Signature FOUND';
    return content.includes('too much') ? 'INSTREAM size limit exceeded. ERROR' : 'stream: OK';
  });
  system = await startSystem({ app: { CLAMD_SOCKET: clamd.address } });
  desk = await openHelpdesk(system);
});

afterAll(async () => {
  await system?.close();
  await clamd?.close().catch(() => undefined);
});

const nothingIsLeft = async () => {
  expect(await stored(system, desk.tenant)).toEqual([]);
  expect(await inDatabase(desk.tenant, 'SELECT FROM "Attachment"')).toEqual([]);
};

describe('an upload that clamd looks at', () => {
  it('is refused when it is infected, and nothing is stored', async () => {
    const answer = await send(desk.customer, eicar, 'invoice.pdf');
    expect(refusal(answer)).toEqual([422, 'attachment_infected']);
    expect(answer.body.detail).toContain('Eicar-Test-Signature');
    await nothingIsLeft();
  });

  it('is refused when only the end of a large file is infected', async () => {
    const content = Buffer.concat([randomBytes(8_000_000), Buffer.from(eicar)]);
    expect(refusal(await send(desk.customer, content))).toEqual([422, 'attachment_infected']);
    await nothingIsLeft();
  });

  it('is refused for the time being when clamd does not say that it is clean', async () => {
    const answer = await send(desk.customer, 'too much');
    expect(refusal(answer)).toEqual([503, 'service_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('1');
    await nothingIsLeft();
  });

  it('is taken when it is clean, and shown to clamd as it is', async () => {
    const content = randomBytes(3_000_000);
    const { id } = await upload(desk.customer, content);
    expect(clamd.seen.at(-1)?.equals(content)).toBe(true);
    expect((await desk.customer.delete(`/attachments/${id}`)).status).toBe(204);
  });

  it('is refused for the time being while clamd is away', async () => {
    await clamd.close();
    const answer = await send(desk.customer, 'some words');
    expect([...refusal(answer), answer.headers.get('retry-after')]).toEqual([503, 'service_unavailable', '1']);
    await nothingIsLeft();
  });
});

describe('clamd', () => {
  it('is found by the path of its socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-clamd-'));
    const local = await Clamd.start(() => 'stream: OK', join(folder, 'clamd.ctl'));
    const scan = new VirusScanner({ path: local.address }).begin();
    await scan.show(Buffer.from('some words'));
    await scan.verdict();
    expect(local.seen.map(String)).toEqual(['some words']);
    scan.end();
    await local.close();
    await rm(folder, { recursive: true });
  });
});
