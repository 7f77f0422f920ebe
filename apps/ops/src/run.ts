import { readFile as readBytes } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import yargs, { type Argv } from 'yargs';
import { Answers, type Showing } from './answers.js';
import { ApiClient } from './api-client.js';
import { readDocument, type ApiDocument } from './api-document.js';
import { commandsOf, positionalsOf, type Command } from './commands.js';
import { optionsOf, requestOf, type ApiRequest, type Arguments } from './command-options.js';
import { examplesOf } from './examples.js';
import { Ended, exits, Refused } from './exits.js';
import { alone, groupSummaries } from './groups.js';
import { confirm } from './prompts.js';
import { cannotBeUndone, nameToType, whyToAsk } from './undoing.js';
import { SessionFile } from './session-file.js';
import { signIn, signOut } from './sign-in.js';
import type { Surroundings } from './surroundings.js';
import { harmless } from './table.js';
import { tail } from './tail.js';
import { watch } from './watch.js';

/** Runs a command line and returns its exit code. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const document = readDocument();
  let code: number = exits.done;
  const end = (error: unknown) => {
    const interrupted = surroundings.signal.aborted;
    if (!(error instanceof Ended) && !interrupted) throw error;
    code = interrupted ? exits.interrupted : (error as Ended).exit;
    if (!interrupted) surroundings.errors.write(`${saidOf(error as Ended, argv.includes('--json'))}\n`);
  };
  const handle: Handle = (work) => (given) => work(given as Arguments).catch(end);
  const root = rootOf(surroundings);
  addCommands(root, document, surroundings, handle);
  try {
    await root.parseAsync(withHyphens(argv), {}, (error: unknown, _given: unknown, output: string) => {
      if (error !== undefined && error !== null && !(error instanceof Ended)) throw error as Error;
      if (output !== '') surroundings.output.write(`${output}\n`);
    });
  } catch (error) {
    if (surroundings.signal.aborted || error instanceof Ended) end(error);
    else throw error;
  }
  return code;
}

/** A program gets the API's problem as it is. */
const saidOf = (error: Ended, json: boolean) =>
  json && error instanceof Refused ? JSON.stringify(error.problem) : error.message;

/** `--body -` is `--body=-`, and `--sort -name` is `--sort=-name`: yargs takes what begins with a hyphen for no value. */
const withHyphens = (argv: readonly string[]): string[] =>
  argv.reduce<string[]>((words, word) => {
    const last = words.at(-1) ?? '';
    const isValue = last === '--sort' ? /^-\w/.test(word) : word === '-' && ['--body', '--file'].includes(last);
    return isValue ? [...words.slice(0, -1), `${last}=${word}`] : [...words, word];
  }, []);

function rootOf({ columns }: Surroundings): Argv {
  return yargs()
    .scriptName('ops')
    .usage('$0 <command>\n\nThe control API of Helpdeskly on the command line.')
    .parserConfiguration({
      'dot-notation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .exitProcess(false)
    .strict()
    .demandCommand(1, 'Which command?')
    .recommendCommands()
    .wrap(Math.min(columns, 120))
    .version(false)
    .option('url', { type: 'string', description: 'The control API; else HELPDESKLY_CONTROL_URL', global: true })
    .option('json', { type: 'boolean', default: false, description: 'For programs', global: true })
    .option('yes', { type: 'boolean', default: false, description: 'Confirms what cannot be undone', global: true })
    .option('show-request', {
      type: 'boolean',
      default: false,
      description: 'Shows the request and sends nothing',
      global: true,
    })
    .completion('completion', 'Print a script that completes commands in bash or zsh')
    .example('$0 login', 'Sign in')
    .example(
      '$0 tenants create --name "Acme Inc." --slug acme --admin.email ada@acme.example --admin.name Ada --wait',
      'Create a tenant',
    )
    .example('$0 tenants list --status suspended --all', 'Find tenants')
    .example('$0 tenants open acme', 'Open a tenant’s pages')
    .example('$0 audit tail --tenantId <id>', 'Follow what is done to a tenant')
    .example('$0 tenants bulk --action suspend --filter.plan trial --dryRun', 'See what would be done')
    .example('$0 migrations rollout --waves 5 25 100 --soak 10m && $0 migrations watch <id>', 'Migrate the fleet')
    .epilogue(
      'Exit codes: 0 done, 1 refused, 2 wrong command line, 3 not allowed, 4 API away, 5 work failed, 130 Ctrl-C.',
    )
    .fail((message: string, error: Error | undefined) => {
      if (error instanceof Ended) throw error;
      if (error !== undefined) throw error;
      throw new Ended(exits.usage, `${message}\nops --help shows the commands.`);
    });
}

type Handle = (
  work: (given: Arguments) => Promise<void>,
) => (given: Readonly<Record<string, unknown>>) => Promise<void>;

function addCommands(root: Argv, document: ApiDocument, surroundings: Surroundings, handle: Handle): void {
  const groups = new Map<string, Command[]>();
  for (const command of commandsOf(document)) {
    const [group = ''] = command.name.split(' ');
    groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  root.command(
    'login',
    'Sign in and keep the session for the next commands',
    (line: Argv) => line.option('email', { type: 'string' }),
    handle(async (given) => {
      const { api, sessions } = clientOf(surroundings, given);
      await signIn(surroundings, api, sessions, given['email'] as string | undefined);
    }),
  );
  root.command(
    'logout',
    'End the session',
    (line: Argv) => line,
    handle(async (given) => {
      const { api, sessions } = clientOf(surroundings, given);
      await signOut(api, sessions);
    }),
  );
  root.command(
    'control <action>',
    'Back up or restore the control database, where the installation is',
    (line: Argv) =>
      line
        .usage('npm run ops -- control <action>\n\nWorks on the control database itself, without a control API.')
        .positional('action', { type: 'string', choices: ['backup', 'restore'] })
        .option('file', { type: 'string', description: 'An archive of your own; else it is in the store of backups' })
        .option('archive', { type: 'string', description: 'To restore: its name in the store; else the newest' })
        .example('npm run ops -- control backup', 'Into the store of backups')
        .example('npm run ops -- control backup --file /mnt/safe/control.hd', 'Into a file')
        .example('npm run ops -- control restore', 'The newest of the store, into an empty control database'),
    handle(() =>
      Promise.reject(
        new Ended(exits.usage, 'Where the installation is: npm run ops -- control backup|restore. No API can do it.'),
      ),
    ),
  );
  for (const [group, commands] of groups) {
    const [only] = commands;
    if (only !== undefined && only.name === group) {
      addCommand(root, group, only, document, surroundings, handle);
      continue;
    }
    const first = alone[group];
    const words = `${group} ${first === undefined ? '<command>' : '[command]'}`;
    root.command(words, groupSummaries[group] ?? '', (line: Argv) => {
      for (const command of commands) {
        const word = command.name.slice(group.length + 1);
        addCommand(line, word, command, document, surroundings, handle, word === first);
      }
      return first === undefined ? line.demandCommand(1, `Which command of ${group}?`) : line;
    });
  }
}

function addCommand(
  line: Argv,
  word: string,
  command: Command,
  document: ApiDocument,
  surroundings: Surroundings,
  handle: Handle,
  isAlone = false,
): void {
  const { operation, shortcut } = command;
  const positional = shortcut?.positional;
  const words = [...positionalsOf(operation), ...(positional === undefined ? [] : [positional.name])];
  const summary = shortcut?.summary ?? operation.summary ?? '';
  const spelled = [word, ...words.map((name) => `<${name}>`)].join(' ');
  line.command(
    isAlone ? [spelled, '$0'] : spelled,
    summary,
    (own: Argv) => {
      own.usage(
        `$0 ${command.name} ${words.map((name) => `<${name}>`).join(' ')}\n\n${operation.description ?? summary}`,
      );
      for (const name of words)
        own.positional(name, { type: 'string', ...(name === 'id' && { describe: 'Its id, or its slug' }) });
      const fixed = { ...shortcut?.fixed, ...(positional && { [positional.name]: '' }) };
      for (const [name, option] of Object.entries(optionsOf(document, operation)))
        if (!(name in fixed)) own.option(name, option);
      own.option('all', { type: 'boolean', default: false, description: 'All pages of a list' });
      for (const [example, purpose] of examplesOf(document, command)) own.example(`$0 ${example}`, purpose);
      own.option('wait', { type: 'boolean', default: false, description: 'Wait until work that goes on has ended' });
      return own;
    },
    handle((given) => perform(document, { ...command }, { ...given, ...shortcut?.fixed }, surroundings)),
  );
}

async function perform(
  document: ApiDocument,
  { name, operation, shortcut }: Command,
  given: Arguments,
  surroundings: Surroundings,
): Promise<void> {
  const readFile = (file: string) =>
    (file === '-' ? buffer(surroundings.input) : readBytes(file)).then(textOf).catch(unreadable);
  const request = await requestOf(document, operation, given, readFile);
  const { api } = clientOf(surroundings, given);
  if (given['show-request'] === true) return void surroundings.output.write(`${shownRequest(api.url, request)}\n`);
  if (cannotBeUndone(operation, request) && given['yes'] !== true)
    await confirm(surroundings, `ops ${name} ${whyToAsk(operation, given)}`, await nameToType(api, operation, given));
  const headers: Record<string, string> = {};
  for (const header of ['if-match', 'idempotency-key'])
    if (typeof given[header] === 'string') headers[header] = given[header];
  if (shortcut?.shows === 'what comes') return tail(surroundings, api, request, given['json'] === true);
  if (shortcut?.shows === 'the page') return openPage(surroundings, api, request, given['json'] === true);
  const streams = operation.responses?.['200']?.content?.['text/event-stream'] !== undefined;
  if (streams) return watch(surroundings, api, request, given['json'] === true);
  const showing: Showing = { json: given['json'] === true, all: given['all'] === true, wait: given['wait'] === true };
  await new Answers(surroundings, api).show(await api.call(request, headers), request.path, showing);
}

/** Opens a tenant's pages where somebody sits at a terminal. */
async function openPage(surroundings: Surroundings, api: ApiClient, request: ApiRequest, json: boolean): Promise<void> {
  const { appUrl } = (await (await api.call(request)).json()) as { appUrl: string };
  surroundings.output.write(`${json ? JSON.stringify({ appUrl }) : harmless(appUrl)}\n`);
  if (json || !surroundings.isRead) return;
  if (!(await surroundings.open(appUrl))) surroundings.errors.write('No browser was found here: open it yourself.\n');
}

function clientOf(surroundings: Surroundings, given: Arguments): { api: ApiClient; sessions: SessionFile } {
  const { config } = surroundings;
  const url = String(given['url'] ?? config.controlUrl).replace(/\/$/, '');
  const sessions = new SessionFile(config.sessionFile);
  return { api: new ApiClient(surroundings, url, sessions), sessions };
}

/** Throws TypeError: what is not UTF-8 would arrive with other letters. */
const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

function unreadable(error: unknown): never {
  throw new Ended(exits.usage, `The file cannot be read: ${(error as Error).message}`);
}

/** Without a token. */
const shownRequest = (url: string, { method, path, body }: ApiRequest) =>
  `${method} ${url}${path}${body === undefined ? '' : `\n${body}`}`;
