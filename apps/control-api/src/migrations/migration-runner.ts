import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { JobRunners, type JobRunner } from '../queues/job-runner.js';
import { RunDriver } from './run-driver.js';

/** Takes up migration runs that nobody drives; see JobRunner. */
@Injectable()
export class MigrationRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: JobRunner;

  constructor(runners: JobRunners, driver: RunDriver) {
    this.runner = runners.runnerOf({
      kind: 'migration run',
      task: 'migration_runs',
      intervalMs: 500,
      open: () => driver.runs.open(),
      run: (id) => driver.drive(id, this.runner),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runner.stop();
  }
}
