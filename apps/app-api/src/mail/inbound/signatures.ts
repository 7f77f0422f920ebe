/** Signatures are short; what is longer below their mark is no signature. */
const mostLines = 20;

/** What mail programs add by themselves, as the last line. */
const ownWords = [
  /^(?:Sent|Get) (?:from|with) (?:my |Outlook|Yahoo|Mail for|Proton|the all new|Gmail|BlueMail|Samsung|AOL).{0,80}$/i,
  /^Get Outlook for (?:iOS|Android|Mac).{0,80}$/i,
  /^(?:Von|Gesendet (?:von|mit|aus)) (?:meinem?r?|Outlook|Mail|Yahoo|der|dem).{0,80}$/i,
  /^Outlook für (?:iOS|Android) beziehen.{0,80}$/iu,
  /^Envoyé (?:de(?:puis)?|à partir de|avec) .{0,80}$/iu,
  /^(?:Télécharger|Obtenez) Outlook pour (?:iOS|Android).{0,80}$/iu,
  /^Enviado (?:desde|de) (?:mi|Outlook|Yahoo|el|Correo).{0,80}$/iu,
  /^Obt(?:ener|enga) Outlook para (?:iOS|Android).{0,80}$/iu,
];

/** Parts a signature from the lines above it: below `-- ` (RFC 3676, 4.3), or the line that a mail program added at the end. */
export function withoutSignature(lines: readonly string[]): { kept: readonly string[]; cut: readonly string[] } {
  const at = markAt(lines) ?? ownWordsAt(lines) ?? lines.length;
  return { kept: lines.slice(0, at), cut: lines.slice(at) };
}

function markAt(lines: readonly string[]): number | undefined {
  const at = lines.findLastIndex((line) => line === '-- ' || line === '--');
  const below = lines.slice(at + 1).filter((line) => line.trim() !== '');
  return at >= 0 && below.length <= mostLines && !below.some((line) => line.startsWith('>')) ? at : undefined;
}

function ownWordsAt(lines: readonly string[]): number | undefined {
  const at = lines.findLastIndex((line) => line.trim() !== '');
  const last = (lines[at] ?? '').trim();
  return at >= 0 && ownWords.some((form) => form.test(last)) ? at : undefined;
}
