import { join } from 'node:path';
import type { Runtime } from './runtime.js';

/** What to open and try, for the terminal. */
export function banner({ controlApi, appApi, operator, demo, mail }: Runtime, folder: string): string {
  const lines = [
    '',
    'Helpdeskly is running.',
    '',
    `  Operators     ${controlApi}/`,
    `  Control API   ${controlApi}   docs: ${controlApi}/docs`,
    `  App API       ${appApi}   docs: ${appApi}/docs`,
    '',
    `  Operator      ${operator.email}`,
    `                ${operator.password}`,
    '',
    `  Mail          ${mail.smtp} takes mail to support@<helpdesk>.<domain>`,
    ...(mail.outbox === undefined ? [] : [`                ${mail.outbox} shows mail that left`]),
  ];
  for (const { slug, appUrl, users } of demo) {
    lines.push('', `  Open          ${appUrl}/`, '', '  Sign in as');
    for (const { email, role } of users.filter(
      (user, index) => users.findIndex((other) => other.role === user.role) === index,
    ))
      lines.push(`    ${role.padEnd(10)}  ${email}`);
    const [first] = users;
    lines.push(
      `    password    ${first?.password}`,
      '',
      '  Try:',
      `    curl -s ${appApi}/api/v1/auth/login -H 'X-Tenant-Slug: ${slug}' -H 'Content-Type: application/json' \\`,
      `      -d '{"email":"${first?.email}","password":"${first?.password}"}'`,
    );
  }
  lines.push(
    '',
    `  All of this is in ${join(folder, 'runtime.json')}; logs are in ${join(folder, 'logs')}. Ctrl-C stops.`,
    '',
  );
  return lines.join('\n');
}
