import 'reflect-metadata';
import { readControlConfig } from '@helpdeskly/config';
import { runService } from '@helpdeskly/service';
import { createControlApi } from './control-api.js';
import { version } from './version.js';

await runService({
  name: 'control-api',
  version,
  readConfig: readControlConfig,
  create: (config) => createControlApi(config),
  async listen(app, { port, host }) {
    await app.listen({ host, port });
    return app.getUrl();
  },
  drainDelayMs: (config) => config.shutdownDrainDelayMs,
});
