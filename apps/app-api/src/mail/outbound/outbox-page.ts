import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocal } from './local-request.js';
import { escapeHtml } from './mail-body.js';
import type { KeptMail, OutboxFolder } from './outbox-folder.js';

const style =
  'body{font-family:sans-serif;margin:2em}td{padding:.3em 1em .3em 0}pre{white-space:pre-wrap}iframe{width:100%;height:30em}';
const nothing = ["default-src 'none'", "base-uri 'none'", "form-action 'none'"];
const ofPage = [...nothing, "style-src 'unsafe-inline'", "frame-src 'self'", "frame-ancestors 'none'"];
/** A mail is a document of its own that runs and fetches nothing. */
const ofMail = [...nothing, "style-src 'unsafe-inline'", 'sandbox', "frame-ancestors 'self'"];

/** Shows the mails of an outbox folder to this machine itself, at /outbox. They hold links that reset passwords: to others it is not there. */
export function serveOutbox(server: FastifyInstance, folder: OutboxFolder): void {
  const show = (path: string, answer: (reply: FastifyReply, mail: KeptMail, id: string) => FastifyReply) =>
    server.get(`/outbox/:id${path}`, async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const { id } = request.params;
      const mail = isLocal(request) ? await folder.find(id) : undefined;
      return mail === undefined ? reply.callNotFound() : answer(reply, mail, id);
    });
  server.get('/outbox', async (request, reply) => {
    if (!isLocal(request)) return reply.callNotFound();
    return html(reply, ofPage, listPage(await folder.list()));
  });
  show('', (reply, mail, id) => html(reply, ofPage, mailPage(id, mail)));
  show('/html', (reply, mail) => html(reply, ofMail, mail.html));
  show('/source', (reply, { source }) => closed(reply, ofPage).type('text/plain; charset=utf-8').send(source));
}

const html = (reply: FastifyReply, policy: readonly string[], page: string) =>
  closed(reply, policy).type('text/html; charset=utf-8').send(page);

function closed(reply: FastifyReply, policy: readonly string[]): FastifyReply {
  return reply
    .header('content-security-policy', policy.join('; '))
    .header('cross-origin-resource-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer');
}

function listPage(mails: readonly { readonly id: string; readonly mail: KeptMail }[]): string {
  const rows = mails.map(
    ({ id, mail }) =>
      `<tr><td>${escapeHtml(mail.at)}</td><td>${escapeHtml(mail.to)}</td><td><a href="/outbox/${id}">${escapeHtml(mail.subject)}</a></td></tr>`,
  );
  return pageOf('Outbox', rows.length === 0 ? '<p>No mail has left yet.</p>' : `<table>${rows.join('\n')}</table>`);
}

function mailPage(id: string, { from, to, at, subject, text }: KeptMail): string {
  const head = [`From: ${from}`, `To: ${to}`, at].map((line) => `<div>${escapeHtml(line)}</div>`).join('');
  return pageOf(
    subject,
    `<p><a href="/outbox">All mails</a> · <a href="/outbox/${id}/source">Source</a></p>${head}
<h2>Text</h2><pre>${escapeHtml(text)}</pre>
<h2>HTML</h2><iframe sandbox title="The mail as HTML" src="/outbox/${id}/html"></iframe>`,
  );
}

const pageOf = (title: string, content: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${content}
</body></html>
`;
