import { parseArgs } from 'node:util';
import { Secrets } from '@helpdeskly/catalog';
import { ConfigError, readControlArchiveConfig, type ControlArchiveConfig } from '@helpdeskly/config';
import { describeFailure, onceItServes } from '@helpdeskly/database';
import { ArchiveInvalid } from '@helpdeskly/archive';
import { openBlobStore } from '@helpdeskly/storage';
import { fileAt, inStore, type ArchivePlace } from './control-archives/archive-place.js';
import { backUpControlDatabase } from './control-archives/control-backup.js';
import { restoreControlDatabase } from './control-archives/control-restore.js';
import { AuditTrailLocked, ControlDatabaseInUse, RestoredAndOlder, WrongPlace } from './control-archives/errors.js';

const usage = `Usage: npm run ops -- control backup [--file FILE]
       npm run ops -- control restore [--file FILE | --archive NAME]

Without a file the archive is in the store of backups (BACKUPS_DIR or BACKUPS_S3_BUCKET); without a name, restore takes the newest.
A restore needs an empty control database. Stop every process of Helpdeskly first.`;

/** Raised for a wrong command line. */
class Refused extends Error {}

interface Order {
  readonly what: 'backup' | 'restore';
  readonly file: string | undefined;
  readonly name: string | undefined;
}

/**
 * Backs up or restores the control database, for somebody with access to the host: see docs/operations.md. It needs no control API. Exits
 * with 2 if the command line or the configuration is wrong.
 */
try {
  const order = readArguments();
  if (order === undefined) process.stdout.write(`${usage}\n`);
  else await carryOut(order);
} catch (error) {
  const wrongInput = error instanceof Refused || error instanceof ConfigError || error instanceof WrongPlace;
  const isSaid =
    wrongInput ||
    error instanceof ArchiveInvalid ||
    error instanceof ControlDatabaseInUse ||
    error instanceof AuditTrailLocked;
  process.stderr.write(`${isSaid ? error.message : describeFailure(error)}\n`);
  if (error instanceof RestoredAndOlder) process.stderr.write(`${error.message}\n`);
  else if (!wrongInput) process.stderr.write('Nothing was changed.\n');
  process.exitCode = wrongInput ? 2 : 1;
}

async function carryOut(order: Order): Promise<void> {
  const config = readControlArchiveConfig();
  const secrets = new Secrets(config.encryptionKeys);
  await at(config, order, async (place) => {
    if (order.what === 'backup') await backUp(config, secrets, place);
    else await restore(config, secrets, place);
  });
}

async function backUp({ controlDatabaseUrl }: ControlArchiveConfig, secrets: Secrets, place: ArchivePlace) {
  const write = place.write.bind(place);
  const done = await onceItServes(() => backUpControlDatabase(controlDatabaseUrl, secrets, write), tell);
  process.stdout.write(`The control database with ${done.tenants} tenants, as of ${done.takenAt}: ${done.place}\n`);
}

async function restore(config: ControlArchiveConfig, secrets: Secrets, place: ArchivePlace) {
  const target = { url: config.controlDatabaseUrl, adminUrl: config.controlDatabaseAdminUrl };
  const done = await onceItServes(() => restoreControlDatabase(target, secrets, () => place.read()), tell);
  process.stdout.write(
    [
      `The control database is as it was at ${done.takenAt}, with ${done.tenants} tenants.`,
      `${done.operators} active operators and ${done.apiKeys} API keys are as they were then: passwords that were changed since are the former ones,`,
      'and keys and operators that were revoked since are good again. Look through them (GET /operators, GET /api-keys).',
      'Everybody has to sign in anew. Start the control API, and see GET /reconciliation for what is newer than the archive.',
      '',
    ].join('\n'),
  );
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

async function at(
  { storage }: ControlArchiveConfig,
  { file, name }: Order,
  work: (place: ArchivePlace) => Promise<void>,
) {
  if (file !== undefined) return work(fileAt(file));
  if (storage === undefined)
    throw new Refused(`There is no store of backups: set BACKUPS_DIR or BACKUPS_S3_BUCKET, or name a file.\n${usage}`);
  const store = await openBlobStore(storage);
  try {
    await work(inStore(store, name));
  } finally {
    store.close();
  }
}

/** Undefined when somebody asks for help. */
function readArguments(): Order | undefined {
  try {
    const options = { file: { type: 'string' }, archive: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help === true) return undefined;
    const [what, ...others] = positionals;
    if ((what !== 'backup' && what !== 'restore') || others.length > 0) throw new Error('Which: backup or restore?');
    if (values.archive !== undefined && (what === 'backup' || values.file !== undefined))
      throw new Error('--archive names one in the store, to restore it.');
    if (values.archive !== undefined && !/^[a-z0-9][a-z0-9-]{0,63}$/.test(values.archive))
      throw new Error(`${JSON.stringify(values.archive)} is no name of an archive.`);
    return { what, file: values.file, name: values.archive };
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n${usage}`);
  }
}
