import type { Archive } from '@helpdeskly/archive';
import { ControlDatabase } from '@helpdeskly/catalog';
import { isUuid } from '@helpdeskly/http';
import { createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import type { CallHandler, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ArchiveChecks } from './archive-checks.js';

/** What was found of the archive that a request names. */
export interface CheckedArchive {
  /** Throws what is wrong with it; undefined if there is none. */
  readonly archive: () => Archive | undefined;
}

type BackupRequest = FastifyRequest<{ Params: { id: string } }>;

const found = new WeakMap<BackupRequest, CheckedArchive>();

/**
 * Checks the archive of `backups/:id/…` before the transaction begins that an Idempotency-Key needs: reading one may take longer than a
 * transaction may. What it finds counts when the rest of the request is right.
 */
@Injectable()
export class ArchiveCheck implements NestInterceptor {
  constructor(
    private readonly control: ControlDatabase,
    private readonly checks: ArchiveChecks,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<BackupRequest>();
    found.set(request, await this.look(request.params.id));
    return next.handle();
  }

  private async look(id: string): Promise<CheckedArchive> {
    const where = { id, status: 'DONE' } as const;
    const backup = isUuid(id) ? await this.control.client.backup.findFirst({ where }) : null;
    if (backup === null) return { archive: () => undefined };
    try {
      const archive = await this.checks.check(backup);
      return { archive: () => archive };
    } catch (error) {
      return {
        archive: () => {
          throw error;
        },
      };
    }
  }
}

/** What ArchiveCheck found. */
export const ArchiveOfRequest = createParamDecorator((_: unknown, context: ExecutionContext): CheckedArchive => {
  const checked = found.get(context.switchToHttp().getRequest<BackupRequest>());
  if (checked === undefined) throw new Error('the route does not check its archive');
  return checked;
});
