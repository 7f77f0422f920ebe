import { isBlank } from '@helpdeskly/http';

const longest = 255;
// eslint-disable-next-line no-control-regex -- it is about them
const unshown = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A client's name for a file, as it is kept and offered: without folders, control characters, characters that turn the
 * direction of writing (with which `gpj.exe` looks like `exe.jpg`) or halves of surrogate pairs; 255 characters at most, of
 * which the last are kept, since the suffix is there. `file` when nothing is left.
 */
export function plainFileName(given: string): string {
  const [last = ''] = given
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split(/[/\\]/)
    .slice(-1);
  const shown = last.normalize('NFC').replace(unshown, '').trim();
  const name = [...shown].slice(-longest).join('');
  return isBlank(name) || name === '.' || name === '..' ? 'file' : name;
}

/**
 * RFC 6266 and RFC 8187: saved, never shown, under this name. `filename` is for programs that do not know `filename*`: the name's
 * letters without their accents, and `_` for what is not ASCII, or not safe there (RFC 6266, appendix D: no escapes).
 */
export function dispositionOf(fileName: string): string {
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${asciiOf(fileName)}"; filename*=UTF-8''${encoded}`;
}

function asciiOf(fileName: string): string {
  const plain = fileName.normalize('NFKD').replace(/\p{M}/gu, '');
  return [...plain]
    .map((character) => (/^[ -~]$/.test(character) && !'"\\%'.includes(character) ? character : '_'))
    .join('');
}
