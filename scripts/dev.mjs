// npm run dev: everything of npm start, compiled again and restarted on each change of a source.
// With the name of an app it runs that one alone, on the servers that the environment names.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bring, root } from './bring.mjs';

const [app] = process.argv.slice(2);
const program =
  app === undefined
    ? [join(root, 'apps/local/dist/main.js'), '--watch']
    : ['--watch', '--watch-preserve-output', join(root, `apps/${app}/dist/main.js`)];

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const compiler = start([join(root, 'node_modules/typescript/bin/tsc'), '-b', '--watch', '--preserveWatchOutput']);
const main = start(program);
main.on('exit', (code) => {
  compiler.kill();
  process.exitCode = code ?? 0;
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => main.kill(signal));

function start(args) {
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
