import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { MailAddresses, MailDomain } from './mail-addresses.js';
import { ReplyAddresses } from './reply-addresses.js';

/** What mail that comes and mail that leaves stand on. */
@Module({})
export class MailCoreModule {
  static forRoot({ mail }: AppConfig): DynamicModule {
    const providers = [{ provide: MailDomain, useValue: new MailDomain(mail.domain) }, MailAddresses, ReplyAddresses];
    return { module: MailCoreModule, global: true, providers, exports: providers };
  }
}
