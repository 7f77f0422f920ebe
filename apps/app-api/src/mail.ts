import 'reflect-metadata';
import { ConfigError, readAppConfig, type AppConfig } from '@helpdeskly/config';
import { runService } from '@helpdeskly/service';
import { createAppMail, listenForMail } from './app-mail.js';
import { version } from './version.js';

/** Throws ConfigError: without a port there is nothing to do. */
function readMailProcess(): AppConfig {
  const config = readAppConfig();
  if (config.mail.smtpPort === undefined) throw new ConfigError(['MAIL_SMTP_PORT is required']);
  return config;
}

await runService({
  name: 'app-mail',
  version,
  readConfig: readMailProcess,
  create: createAppMail,
  listen: async (app) => (await listenForMail(app)) ?? '',
});
