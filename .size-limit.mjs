// What a browser loads of the pages, compressed as app-api and control-api send it: the limits of `npm run check`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The chunks of one build, by what they were made of. */
class Build {
  constructor(app) {
    this.folder = fileURLToPath(new URL(`apps/${app}/dist/`, import.meta.url));
    this.chunks = JSON.parse(readFileSync(`${this.folder}manifest.json`, 'utf8'));
  }

  /** The files that these modules bring, themselves and by what they import. */
  filesOf(modules) {
    const seen = new Set();
    const visit = (name) => {
      const chunk = this.chunks[name];
      if (chunk === undefined) throw new Error(`${this.folder} was built without ${name}: is it still called so?`);
      if (seen.has(name)) return;
      seen.add(name);
      (chunk.imports ?? []).forEach(visit);
    };
    modules.forEach(visit);
    const all = [...seen].flatMap((name) => [this.chunks[name].file, ...(this.chunks[name].css ?? [])]);
    return [...new Set(all)];
  }

  /** A check of the files of a kind that `modules` bring beyond those of `after`. */
  check({ name, limit, modules, after = [], kind = '.js' }) {
    const there = new Set(this.filesOf(after));
    const path = this.filesOf(modules).filter((file) => file.endsWith(kind) && !there.has(file));
    return { name, limit, path: path.map((file) => `${this.folder}${file}`), brotli: true };
  }
}

const console_ = new Build('console');
const operators = new Build('operator-console');
const agents = ['index.html', 'src/staff/staff-app.tsx', 'src/locales/fr.po'];
const customers = ['index.html', 'src/portal/portal-app.tsx', 'src/locales/fr.po'];

export default [
  console_.check({ name: 'agents: until the first list', limit: '160 kB', modules: agents }),
  console_.check({
    name: 'agents: a ticket with its composer, after the list',
    limit: '105 kB',
    modules: ['src/ticket/ticket-page.tsx'],
    after: agents,
  }),
  console_.check({
    name: 'agents: reports, after the list',
    limit: '40 kB',
    modules: ['src/reports/reports-page.tsx'],
    after: agents,
  }),
  console_.check({ name: 'customers: until the first list', limit: '160 kB', modules: customers }),
  console_.check({ name: 'styles', limit: '15 kB', modules: agents, kind: '.css' }),
  operators.check({
    name: 'operators: until the first page',
    limit: '160 kB',
    modules: ['index.html', 'src/locales/fr.po'],
  }),
];
