import { withoutSignature } from './signatures.js';

/** A text without what its writer did not write, and what that was. */
export interface CutText {
  readonly body: string;
  /** Null when nothing was cut. */
  readonly quoted: string | null;
}

/** Lines over which a mail program may spread what introduces a quotation. */
const mostIntroLines = 3;

/** "On … wrote:" as Gmail, Apple Mail, Thunderbird and Android write it; each needs a date, or an address, and ends with a colon. */
const intros = [
  /^On\b.{6,300}\bwrote\s*:$/is,
  /^.{0,200}<[^<>\s@]{1,64}@[^<>\s@]{1,254}>\s+wrote\s*:$/is,
  /^Am\b.{6,300}\bschrieb\b.{0,200}:$/is,
  /^.{0,200}\bschrieb am\b.{6,200}:$/is,
  /^Le\b.{6,300}\ba\s+écrit\s*:$/isu,
  /^El\b.{6,300}\bescribi[óo]\s*:$/isu,
];
const dated = /\d{1,4}[./-]\d{1,2}|\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b|@/;

/** The line over a message that is quoted whole. What is forwarded is no history: the words differ. */
const separators = [
  /^[-_]{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Originalnachricht)\s*[-_]{2,}$/i,
  /^[-_]{2,}\s*(?:Message d['’]origine|Message original|Mensaje original|Mensaje Original)\s*[-_]{2,}$/i,
];

const forwards = [
  /^[-_]{2,}\s*(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Message transf[ée]r[ée]|Mensaje reenviado|Mensaje Reenviado)\s*[-_]{2,}$/iu,
  /^(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado)\s*:$/iu,
];
const forwardedSubject = /^\s*(?:fwd?|wg|tr|rv|enc|i)\s*:/i;

/** The header block of Outlook. */
const block = {
  from: /^\*?(?:From|Von|De)\s*:\*?\s*\S/i,
  sent: /^\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Date d['’]envoi|Enviado(?: el)?|Fecha)\s*:\*?\s*\S/iu,
  to: /^\*?(?:To|An|À|A|Para)\s*:\*?\s*\S/iu,
  subject: /^\*?(?:Subject|Betreff|Objet|Asunto)\s*:\*?/i,
};
const mostBlockLines = 10;

/**
 * Cuts off the quoted history and the signature. When it is not certain where the writer's own words end nothing is cut: quotations
 * that are answered in between stay, so does whatever is forwarded.
 */
export function cutQuoted(text: string, subject = ''): CutText {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const own = ownLines(lines, forwardedSubject.test(subject));
  const kept = withoutSignature(own.kept);
  const body = tidy(kept.kept);
  const quoted = tidy([...own.cut, ...kept.cut]);
  if (body === '' || quoted === '') return { body: tidy(lines), quoted: null };
  return { body, quoted };
}

interface Cut {
  readonly kept: readonly string[];
  readonly cut: readonly string[];
}

function ownLines(lines: readonly string[], isForward: boolean): Cut {
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (forwards.some((form) => form.test(line))) break;
    if (separators.some((form) => form.test(line))) return split(lines, at);
    if (!isForward && isBlockAt(lines, at)) return split(lines, ruleBefore(lines, at));
    const introduced = introEnd(lines, at) ?? quotedIntroEnd(lines, at);
    if (introduced !== undefined) return afterIntro(lines, at, introduced);
  }
  return { kept: lines, cut: [] };
}

const split = (lines: readonly string[], at: number): Cut => ({ kept: lines.slice(0, at), cut: lines.slice(at) });

/** The line after the introduction that begins at a line, if one does. */
function introEnd(lines: readonly string[], at: number): number | undefined {
  for (let count = 1; count <= mostIntroLines && at + count <= lines.length; count++) {
    const some = lines.slice(at, at + count).map((line) => line.trim());
    if (some.some((line) => line === '' || line.startsWith('>'))) return undefined;
    const whole = some.join(' ');
    if (dated.test(whole) && intros.some((form) => form.test(whole))) return at + count;
  }
  return undefined;
}

/** The same where a quotation begins whose first line introduces it, as Apple Mail does on a Mac. */
function quotedIntroEnd(lines: readonly string[], at: number): number | undefined {
  const isQuoted = (line: string | undefined) => line?.startsWith('>') === true;
  if (!isQuoted(lines[at]) || isQuoted(lines[at - 1])) return undefined;
  const some = lines.slice(at, at + mostIntroLines);
  const count = some.findIndex((line) => !isQuoted(line));
  const quotation = (count < 0 ? some : some.slice(0, count)).map((line) => line.replace(/^> ?/, ''));
  const end = introEnd(quotation, 0);
  return end === undefined ? undefined : at + end;
}

/** What follows an introduction is history when all of it is quoted, or none; below a quotation at the top stands the answer. */
function afterIntro(lines: readonly string[], at: number, end: number): Cut {
  const rest = lines.slice(end);
  const { kept: unsigned } = withoutSignature(rest);
  const marked = unsigned.map((line) => line.trimStart().startsWith('>'));
  const last = marked.lastIndexOf(true);
  if (last < 0) return split(lines, at);
  const first = marked.indexOf(true);
  const isLoose = (line: string, index: number) => !marked[index] && line.trim() !== '';
  if (unsigned.slice(0, last).some(isLoose)) return { kept: lines, cut: [] };
  if (!unsigned.slice(last + 1).some((line) => line.trim() !== '')) return split(lines, at);
  const before = lines.slice(0, at);
  if (first < 0 || before.some((line) => line.trim() !== '')) return { kept: lines, cut: [] };
  return { kept: rest.slice(last + 1), cut: lines.slice(0, end + last + 1) };
}

function isBlockAt(lines: readonly string[], at: number): boolean {
  if (!block.from.test((lines[at] ?? '').trim())) return false;
  const following = lines.slice(at + 1, at + mostBlockLines).map((line) => line.trim());
  return [block.sent, block.to, block.subject].every((form) => following.some((line) => form.test(line)));
}

/** Outlook draws a rule over the block. */
function ruleBefore(lines: readonly string[], at: number): number {
  let above = at - 1;
  while (above >= 0 && (lines[above] ?? '').trim() === '') above--;
  return above >= 0 && /^[_-]{5,}$/.test((lines[above] ?? '').trim()) ? above : at;
}

/** Without spaces at the ends of lines, and blank lines around it. */
function tidy(lines: readonly string[]): string {
  const trimmed = lines.map((line) => line.trimEnd());
  const first = trimmed.findIndex((line) => line !== '');
  const last = trimmed.findLastIndex((line) => line !== '');
  return first < 0 ? '' : trimmed.slice(first, last + 1).join('\n');
}
