// What the scripts and the tests ask about processes and programs.
import { spawnSync } from 'node:child_process';

/** Their processes run as users of their own. */
const rootAlone = ['postfix'];

/** Whether a program can be started here; what it has to say to a question for its version is its own affair. */
export function canStart(program) {
  if (rootAlone.includes(program) && process.getuid?.() !== 0) return false;
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Whether there is a process with this number, whoever's it is. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
