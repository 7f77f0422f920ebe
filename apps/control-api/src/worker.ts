import 'reflect-metadata';
import { readControlConfig } from '@helpdeskly/config';
import { runService } from '@helpdeskly/service';
import { createControlWorker } from './control-worker.js';
import { version } from './version.js';

await runService({
  name: 'control-worker',
  version,
  readConfig: readControlConfig,
  create: (config) => createControlWorker(config),
});
