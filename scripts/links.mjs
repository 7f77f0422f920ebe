// Links of the documentation that lead nowhere, and gaps among the decision records; part of npm run check.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './bring.mjs';

const filesOf = (...patterns) =>
  spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns], { cwd: root })
    .stdout.toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
const textOf = (file) => readFileSync(join(root, file), 'utf8');
const withoutCode = (text) => text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, 'x');

/** The anchors of a Markdown file, as GitHub makes them of its headings. */
function anchorsOf(file) {
  const headings = [...textOf(file).matchAll(/^#+ (\S.*)$/gm)].map(([, heading]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function* brokenLinks() {
  for (const file of filesOf('*.md')) {
    for (const [, link] of withoutCode(textOf(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, anchor] = link.split('#');
      const target = path === '' ? file : relative(root, join(root, dirname(file), path));
      if (!existsSync(join(root, target))) yield `${file}: there is no ${link}`;
      else if (anchor !== undefined && !anchorsOf(target).includes(anchor))
        yield `${file}: ${link} has no such heading`;
    }
  }
  // Comments name documents, too.
  for (const file of filesOf('*.ts', '*.mjs', '*.cjs', '*.yml', '*.yaml', '*.sql', '*.sh', '*.conf', 'Dockerfile')) {
    for (const [path] of textOf(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g))
      if (!existsSync(join(root, path))) yield `${file}: there is no ${path}`;
  }
}

function* gapsAmongDecisions() {
  const folder = 'docs/decisions';
  const list = textOf(`${folder}/README.md`);
  const records = readdirSync(join(root, folder)).filter((name) => name !== 'README.md');
  for (const [index, name] of records.sort().entries()) {
    const number = String(index + 1).padStart(4, '0');
    if (!name.startsWith(`${number}-`)) yield `${folder}/${name}: its number should be ${number}`;
    if (!textOf(`${folder}/${name}`).startsWith(`# ${name.slice(0, 4)} `))
      yield `${folder}/${name}: its heading has another number`;
    if (!list.includes(`[${name.slice(0, 4)}](${name})`)) yield `${folder}/README.md does not list ${name}`;
  }
}

const findings = [...brokenLinks(), ...gapsAmongDecisions()];
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
