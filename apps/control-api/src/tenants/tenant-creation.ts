import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { describeFailure } from '@helpdeskly/database';
import { IdempotencyAnswers } from '@helpdeskly/http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { controlConfig } from '../configuration/tokens.js';
import { preferredWait } from './prefer.js';
import type { TenantDto } from './tenant.dto.js';
import { TenantRegistry } from './tenant-registry.js';
import { TenantWatch } from './tenant-watch.js';
import type { CreateTenantDto } from './tenants.dto.js';
import { Tenants } from './tenants.service.js';

const defaultPlan = 'standard';
const defaultMaxConnections = 20;

/** The request that asks, and the reply that will be sent. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers `POST /tenants`: 202 at once, or what became of the tenant when the caller prefers to wait. */
@Injectable()
export class TenantCreation {
  private readonly log = new Logger('TenantCreation');

  constructor(
    private readonly control: ControlDatabase,
    private readonly registry: TenantRegistry,
    private readonly watch: TenantWatch,
    private readonly tenants: Tenants,
    private readonly idempotency: IdempotencyAnswers,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  async create(origin: Origin, input: CreateTenantDto, exchange: Exchange): Promise<TenantDto> {
    const { name, slug, plan = defaultPlan, limits = {}, admin } = input;
    const { maxConnections = defaultMaxConnections } = limits;
    const { requestsPerMinute = this.config.tenantRequestsPerMinute } = limits;
    const { storageBytes: maxStorageBytes = null } = limits;
    const ordered = { name, slug, plan, maxConnections, requestsPerMinute, maxStorageBytes, admin };
    const row = await this.registry.register(origin, ordered);
    const answer = this.tenants.view(row);
    const seconds = preferredWait(exchange.request.headers['prefer']?.toString());
    // Waiting begins once the tenant is committed: with an Idempotency-Key that is after this handler has answered, so the
    // answer is brought up to date where it stands.
    if (seconds !== undefined) {
      await this.control.afterCommit(() =>
        // The tenant is there and will be provisioned whatever becomes of the waiting: then the answer is 202, as without it.
        this.wait(answer, seconds, exchange).catch((error: unknown) =>
          this.log.warn({ msg: `Waiting ended early: ${describeFailure(error)}`, tenant: slug, tenantId: row.id }),
        ),
      );
    }
    return answer;
  }

  private async wait(answer: TenantDto, seconds: number, { request, reply }: Exchange): Promise<void> {
    await this.watch.settled(answer, seconds * 1000);
    Object.assign(answer, await this.tenants.find(answer.id));
    reply.header('preference-applied', `wait=${seconds}`);
    reply.header('etag', `"${answer.version}"`);
    const status = answer.status === 'ACTIVE' ? 201 : 202;
    reply.answerStatus = status;
    const key = IdempotencyAnswers.keyOf(request);
    if (key === undefined) return;
    const headers = { location: `/api/v1/tenants/${answer.id}`, etag: `"${answer.version}"` };
    await this.idempotency.amend(request, key, { status, body: answer, headers });
  }
}
