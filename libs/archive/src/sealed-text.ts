import { compressed, decompressed } from './compression.js';
import { ArchiveInvalid } from './errors.js';
import { openFrames, sealFrames } from './frames.js';

/** Begins the first line, which names the key. */
const magic = 'HDTEXT01 ';
const longestLine = 4096;

/** One file that needs nothing beside it: a line with its sealed key, then a blob of frames with the text, compressed. */
export async function* sealedText(
  text: AsyncIterable<Buffer>,
  place: string,
  key: { readonly bytes: Buffer; readonly sealed: string },
): AsyncGenerator<Buffer> {
  yield Buffer.from(`${magic}${key.sealed}\n`, 'latin1');
  yield* sealFrames(compressed(text), key.bytes, place);
}

/** The text of such a file. `openKey` decrypts its key. Throws ArchiveInvalid, and what `openKey` and `file` throw. */
export async function* openedText(
  file: AsyncIterable<Buffer>,
  place: string,
  openKey: (sealed: string) => Buffer,
): AsyncGenerator<Buffer> {
  const source = file[Symbol.asyncIterator]();
  try {
    const { line, rest } = await firstLine(source);
    if (!line.startsWith(magic)) throw new ArchiveInvalid(`it does not begin as an archive of ${place} does`);
    const key = openKey(line.slice(magic.length));
    const blob = async function* () {
      if (rest.length > 0) yield rest;
      yield* { [Symbol.asyncIterator]: () => source };
    };
    yield* decompressed(openFrames(blob(), key, place)) as AsyncIterable<Buffer>;
  } finally {
    await source.return?.();
  }
}

async function firstLine(source: AsyncIterator<Buffer>): Promise<{ line: string; rest: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const at = read.indexOf(10);
    if (at !== -1) return { line: read.subarray(0, at).toString('latin1'), rest: read.subarray(at + 1) };
    const next = read.length > longestLine ? ({ done: true } as const) : await source.next();
    if (next.done === true) throw new ArchiveInvalid('its first line is cut, or no such line');
    read = Buffer.concat([read, next.value]);
  }
}
