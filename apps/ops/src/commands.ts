import { operationsOf, type ApiDocument, type Operation } from './api-document.js';
import { nameCommands } from './command-names.js';
import { leftOut } from './left-out.js';
import { shortcuts, type Shortcut } from './shortcuts.js';

/** A command of the command line: words, and the route that it calls. */
export interface Command {
  readonly name: string;
  readonly operation: Operation;
  readonly shortcut?: Shortcut;
}

/** The names in a path: `id` of `/tenants/{id}`. */
export const positionalsOf = ({ path }: Operation) => [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name ?? '');

/** Every route of the document that is not left out, and the shortcuts. */
export function commandsOf(document: ApiDocument): Command[] {
  const operations = operationsOf(document).filter(({ method, path }) => !leftOut.has(`${method} ${path}`));
  const names = nameCommands(operations);
  const commands = operations.map((operation) => ({ name: names.get(operation) ?? '', operation }));
  const short = shortcuts.flatMap((shortcut) => {
    const operation = operations.find(
      ({ method, path }) => `${method} ${path}` === shortcut.of.replace(' ', ' /api/v1'),
    );
    return operation === undefined ? [] : [{ name: shortcut.name, operation, shortcut }];
  });
  return [...commands, ...short];
}
