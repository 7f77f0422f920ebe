import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppBackground } from '../edge/app-background.js';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentSweep } from './attachment-sweep.js';

/** More or less, so that processes which started together do not sweep together. */
const intervalMs = 30 * 60_000 * (0.75 + Math.random() / 2);

/** Sweeps again and again for as long as the process lives, where files are stored at all. */
@Injectable()
export class SweepTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly periodic: Periodic;

  constructor(
    private readonly settings: AttachmentSettings,
    sweep: AttachmentSweep,
    background: AppBackground,
  ) {
    const run = () => sweep.run(new Date(), this.stopping.signal);
    const log = new Logger('SweepTimer');
    this.periodic = new Periodic(intervalMs, () => background.count('attachment_orphans', run), log);
  }

  onApplicationBootstrap(): void {
    if (this.settings.store !== undefined) this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.periodic.stop();
  }
}
