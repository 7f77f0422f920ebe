import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { IdempotencyAnswers } from '@helpdeskly/http';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isServed } from '../tenant-status/tenant-policy.js';
import { preferredWait } from './prefer.js';
import type { TenantDto } from './tenant.dto.js';
import { TenantWatch } from './tenant-watch.js';
import { Tenants } from './tenants.service.js';

/** The request, and its reply. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Waits until a tenant is provisioned, if the caller prefers that. */
@Injectable()
export class PreferredWait {
  private readonly log = new Logger('TenantCreation');

  constructor(
    private readonly control: ControlDatabase,
    private readonly watch: TenantWatch,
    private readonly tenants: Tenants,
    private readonly idempotency: IdempotencyAnswers,
  ) {}

  /**
   * Updates `answer` in place, within the time that the caller would wait. The wait begins after the tenant's
   * commit; with an Idempotency-Key that is after the handler has returned.
   */
  async promise(answer: TenantDto, exchange: Exchange): Promise<void> {
    const seconds = preferredWait(exchange.request.headers['prefer']?.toString());
    if (seconds === undefined) return;
    await this.control.afterCommit(() =>
      // The tenant exists and will be provisioned even if waiting fails: then the answer is 202, as without it.
      this.wait(answer, seconds, exchange).catch((error: unknown) =>
        this.log.warn({
          msg: `Waiting ended early: ${describeFailure(error)}`,
          tenant: answer.slug,
          tenantId: answer.id,
        }),
      ),
    );
  }

  private async wait(answer: TenantDto, seconds: number, { request, reply }: Exchange): Promise<void> {
    await this.watch.settled(answer, seconds * 1000);
    Object.assign(answer, await this.tenants.find(answer.id));
    reply.header('preference-applied', `wait=${seconds}`);
    reply.header('etag', `"${answer.version}"`);
    const status = isServed(answer.status) ? 201 : 202;
    reply.answerStatus = status;
    const key = IdempotencyAnswers.keyOf(request);
    if (key === undefined) return;
    const headers = { location: `/api/v1/tenants/${answer.id}`, etag: `"${answer.version}"` };
    await this.idempotency.amend(request, key, { status, body: answer, headers });
  }
}
