import { readAppConfig } from '@helpdeskly/config';
import { runService } from '@helpdeskly/service';
import { createAppApi } from './app-api.js';
import { listenForMail } from './app-mail.js';
import { version } from './version.js';

await runService({
  name: 'app-api',
  version,
  readConfig: readAppConfig,
  create: createAppApi,
  async listen(app, { port, host }) {
    await app.listen(port, host);
    await listenForMail(app);
    return app.getUrl();
  },
  drainDelayMs: (config) => config.shutdownDrainDelayMs,
});
