import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';

const chunkSize = 256 * 1024;

/** Brotli at its quickest: gzip takes twice the time, and Node 20 has no zstd. An error of `source` is one of the result. */
export function compressed(source: Readable | AsyncIterable<Buffer> | Iterable<Buffer>): Readable {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
  return joined(source, createBrotliCompress({ chunkSize, params }));
}

export function decompressed(source: AsyncIterable<Buffer> | Iterable<Buffer>): Readable {
  return joined(source, createBrotliDecompress({ chunkSize }));
}

function joined(
  source: Readable | AsyncIterable<Buffer> | Iterable<Buffer>,
  transform: ReturnType<typeof createBrotliCompress>,
): Readable {
  pipeline(source, transform, () => undefined); // Whoever reads the result is told.
  return transform;
}
