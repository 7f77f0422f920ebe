import { decode } from 'libmime/lib/charset.js';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Text of a part. One that names no charset, or one that says nothing about these bytes (ASCII with eighth bits), is UTF-8 when it
 * can be, else Windows-1252, as mail programs write.
 */
export function decodeText(bytes: Buffer, charset: string | undefined): string {
  const named = charset?.trim().toLowerCase() ?? '';
  if (named !== '' && !/^(us-ascii|ascii|unknown-8bit|x-unknown|utf-?8)$/.test(named)) return decode(bytes, named);
  try {
    return strictUtf8.decode(bytes);
  } catch {
    // A cut-off character at the end leaves the rest UTF-8.
    const lenient = bytes.toString('utf8');
    const broken = lenient.split('\ufffd').length - 1;
    return broken * 20 < lenient.length && /utf-?8/.test(named) ? lenient : decode(bytes, 'windows-1252');
  }
}
