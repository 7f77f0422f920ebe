const toldAfterMs = 8 * 60_000;
const endedAfterMs = 15 * 60_000;

/** A reporter that names the file, and its test, that runs for too long, and ends a run that would otherwise never end. */
export default class StuckFiles {
  running = new Map();

  onRunStart() {
    setInterval(() => this.look(), 30_000).unref();
  }

  onTestFileStart({ path }) {
    this.running.set(path, { since: Date.now(), test: 'before its first test', isTold: false });
  }

  onTestCaseStart({ path }, { fullName }) {
    const file = this.running.get(path);
    if (file !== undefined) file.test = fullName;
  }

  onTestFileResult({ path }) {
    this.running.delete(path);
  }

  look() {
    for (const [path, file] of this.running) {
      const ranMs = Date.now() - file.since;
      if (ranMs < toldAfterMs || (file.isTold && ranMs < endedAfterMs)) continue;
      file.isTold = true;
      process.stderr.write(`${path} has been running for ${Math.round(ranMs / 60_000)} minutes: ${file.test}\n`);
      if (ranMs >= endedAfterMs) process.kill(process.pid, 'SIGTERM');
    }
  }
}
