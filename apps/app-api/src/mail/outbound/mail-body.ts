/** What a mail says: what somebody wrote, and below it what it is about. All of it is plain text. */
export interface MailWords {
  readonly language: string;
  readonly body: string;
  readonly signature: string | null;
  /** A page of ours that the mail asks its reader to open. */
  readonly link?: MailLink;
  readonly notes: readonly string[];
}

export interface MailLink {
  readonly label: string;
  readonly href: string;
}

/** Both forms of a mail. The HTML loads nothing from outside of it. */
export function mailBody(words: MailWords): { readonly text: string; readonly html: string } {
  const { language, body, signature, link, notes } = words;
  // The line before a signature is `-- ` with its space (RFC 3676).
  const signed = signature === null ? body : `${body}\n\n-- \n${signature}`;
  const links = link === undefined ? [] : [link];
  const text = `${[signed, '', ...links.map(({ label, href }) => `${label}: ${href}\n`), ...notes].join('\n')}\n`;
  const parts = [
    `<div dir="auto">${htmlOf(body)}</div>`,
    ...(signature === null ? [] : [`<div dir="auto" style="color:#555">-- <br>${htmlOf(signature)}</div>`]),
    ...links.map(({ label, href }) => `<p><a href="${escapeHtml(href)}">${escapeHtml(label)}</a></p>`),
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
