import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Ended, exits } from './exits.js';
import type { Surroundings } from './surroundings.js';

/** A line that somebody types. `hidden`: it is not shown. Asked beside the output, which may be a file. */
export async function ask(
  { input, errors, isTyped, signal }: Surroundings,
  question: string,
  { hidden = false }: { readonly hidden?: boolean } = {},
): Promise<string> {
  let isOver = false; // A closed interface goes on to echo what is typed to the next one.
  const shown = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!hidden && !isOver) errors.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: isTyped });
  errors.write(question); // The terminal no longer shows what is typed.
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = () => reject(new Ended(exits.interrupted, ''));
      signal.addEventListener('abort', stop, { once: true });
      lines.once('SIGINT', stop);
      lines.once('line', resolve);
      lines.once('close', () => reject(new Ended(exits.usage, 'The input has ended.')));
    });
  } finally {
    lines.removeAllListeners('close');
    lines.close();
    isOver = true;
    if (hidden) errors.write('\n');
  }
}

/** Goes on only if somebody types `name`; `deed` is a sentence. Throws Ended. */
export async function confirm(surroundings: Surroundings, deed: string, name: string): Promise<void> {
  if (!surroundings.isTyped)
    throw new Ended(exits.usage, `${deed} Add --yes if you mean it: nobody can be asked here.`);
  const typed = await ask(surroundings, `${deed} Type ${name} to go on: `);
  if (typed.trim() !== name) throw new Ended(exits.usage, 'Nothing was done.');
}
