/** What a mail says: what somebody wrote, and below it what it is about. All of it is plain text. */
export interface MailWords {
  readonly language: string;
  readonly body: string;
  readonly signature: string | null;
  readonly notes: readonly string[];
}

/** Both forms of a mail. The HTML names nothing outside of it. */
export function mailBody(words: MailWords): { readonly text: string; readonly html: string } {
  const { language, body, signature, notes } = words;
  // The line before a signature is `-- ` with its space (RFC 3676).
  const signed = signature === null ? body : `${body}\n\n-- \n${signature}`;
  const text = `${[signed, '', ...notes].join('\n')}\n`;
  const parts = [
    `<div dir="auto">${htmlOf(body)}</div>`,
    ...(signature === null ? [] : [`<div dir="auto" style="color:#555">-- <br>${htmlOf(signature)}</div>`]),
    ...notes.map((note) => `<p dir="auto" style="color:#777;font-size:12px">${escapeHtml(note)}</p>`),
  ];
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"></head>
<body style="font-family:sans-serif;font-size:14px;line-height:1.5">
${parts.join('\n')}
</body></html>
`;
  return { text, html };
}

const htmlOf = (text: string) =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
