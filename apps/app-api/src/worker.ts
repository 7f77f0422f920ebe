import 'reflect-metadata';
import { readAppConfig } from '@helpdeskly/config';
import { runService } from '@helpdeskly/service';
import { createAppWorker } from './app-worker.js';
import { version } from './version.js';

await runService({ name: 'app-worker', version, readConfig: readAppConfig, create: createAppWorker });
