import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';

/** Starts a Node.js program that answers how much memory it keeps: see `keptMemory`. */
export function spawnMeasured(
  program: readonly string[],
  stdout: 'pipe' | 'ignore',
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const preloaded = new URL('memory-answers.js', import.meta.url).href;
  const stdio: StdioOptions = ['ignore', stdout, 'inherit', 'ipc'];
  return spawn(process.execPath, ['--expose-gc', '--import', preloaded, ...program], { stdio, env });
}

/** Bytes that a process of `spawnMeasured` keeps after its garbage was collected: heap, and what that refers to outside of it. */
export async function keptMemory(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message') as Promise<[number]>;
  child.send('memory');
  return (await answer)[0];
}
