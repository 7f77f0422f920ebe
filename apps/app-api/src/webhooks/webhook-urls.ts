import { ValidationFailed } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { AddressRefused, NameUnknown, WebhookAddresses } from './webhook-addresses.js';
import { WebhookSettings } from './webhook-settings.js';

/** Judges addresses of webhooks before they are stored. */
@Injectable()
export class WebhookUrls {
  constructor(
    private readonly settings: WebhookSettings,
    private readonly addresses: WebhookAddresses,
  ) {}

  /**
   * The URL as it is stored. A name that leads nowhere yet is taken: where it leads is looked at for each attempt. Throws
   * ValidationFailed.
   */
  async judge(text: string): Promise<string> {
    const url = parsed(text);
    const isHttps = url.protocol === 'https:';
    if (!isHttps && !(this.settings.allowPrivate && url.protocol === 'http:'))
      throw wrong('This is no https URL.', 'malformed');
    if (url.username !== '' || url.password !== '')
      throw wrong('A URL with a user or password is not taken.', 'malformed');
    url.hash = '';
    try {
      await this.addresses.find(url.hostname.replace(/^\[|\]$/g, ''));
    } catch (error) {
      if (error instanceof AddressRefused) throw wrong('Webhooks cannot lead to private addresses.', 'private_address');
      if (!(error instanceof NameUnknown)) throw error;
    }
    return url.href;
  }
}

function parsed(text: string): URL {
  if (!URL.canParse(text)) throw wrong('This is no URL.', 'malformed');
  return new URL(text);
}

const wrong = (message: string, code: string) => new ValidationFailed([{ field: 'url', code, message }]);
