import { Injectable } from '@nestjs/common';
import type { Webhook } from '@helpdeskly/tenant-db';
import { DataCiphers } from '../edge/data-ciphers.js';

/** How long a replaced secret signs beside its successor. */
export const formerSecretMs = 86_400_000;

/** Secrets of webhooks, as they are kept: sealed by the tenant's data key, and bound to their webhook. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly ciphers: DataCiphers) {}

  /** Throws what DataCiphers.current throws. */
  async seal(secret: string, webhookId: string): Promise<string> {
    return (await this.ciphers.current()).seal(secret, ownerOf(webhookId));
  }

  /** Those that sign now, the newest first. Throws what DataCiphers.current throws. */
  async open(webhook: Pick<Webhook, 'id' | 'sealedSecret' | 'formerSecret' | 'formerUntil'>): Promise<string[]> {
    const { id, sealedSecret, formerSecret, formerUntil } = webhook;
    const cipher = await this.ciphers.current();
    const counts = formerSecret !== null && formerUntil !== null && formerUntil > new Date();
    return [sealedSecret, ...(counts ? [formerSecret] : [])].map((sealed) => cipher.open(sealed, ownerOf(id)));
  }
}

const ownerOf = (webhookId: string) => `webhook ${webhookId}`;
