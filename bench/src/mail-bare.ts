import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';

/**
 * The least that may answer 250: the same SMTP library, a file that was synced, and a row that was committed. It asks nobody whose an
 * address is, and knows no mail again. `node mail-bare.js <database url> <folder>`; prints its port.
 */
const [url, folder] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: url, max: 10 });

async function take(raw: Buffer, from: string, to: readonly string[]): Promise<void> {
  const id = randomUUID();
  const file = await open(join(folder, id), 'wx', 0o600);
  try {
    await file.writeFile(raw);
    await file.sync();
  } finally {
    await file.close();
  }
  await pool.query({
    name: 'take',
    text: 'INSERT INTO bench_mail ("id", "from", "to", "size") VALUES ($1, $2, $3, $4)',
    values: [id, from, to, raw.length],
  });
}

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  maxAllowedUnauthenticatedCommands: false,
  onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
    const to = rcptTo.map(({ address }) => address);
    buffer(stream)
      .then((raw) => take(raw, mailFrom === false ? '' : mailFrom.address, to))
      .then(() => done(null), done);
  },
});
server.listen(0, '127.0.0.1', () => console.log((server.server.address() as AddressInfo).port));
