import { FailureNotes, networkOf } from '@helpdeskly/http';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditType } from './audit-types.js';

/** Failed sign-ins in the tenant's audit trail. The email that was tried is told when it is an account's, as that account. */
@Injectable()
export class FailedSignIns {
  constructor(
    private readonly context: TenantContext,
    private readonly notes: FailureNotes,
  ) {}

  /** Of the user whose email, or session, it was, or of nobody. */
  note(userId: string | null, at: GuessAt): void {
    const { tenant, request } = this.context.current;
    const address = request?.address ?? null;
    const failure =
      userId === null
        ? { key: `${tenant.id}/${networkOf(address ?? '')}`, group: tenant.id }
        : { key: `${tenant.id}/${userId}` };
    this.notes.note({ ...failure, trail: tenant.id }, async (times) => {
      const details = { at, times };
      const told = { address, requestId: request?.id ?? null, subjectId: userId, details };
      const data = { type: AuditType.SIGN_IN_FAILED, actorType: 'UNKNOWN', ...told } as const;
      // The request's own client may be given back by now.
      await this.context.enter(tenant, () =>
        this.context.current.client.prisma.auditEvent.create({ data, select: { id: true } }),
      );
    });
  }
}

/** What the wrong password or code was for. */
type GuessAt = 'SIGN_IN' | 'SECOND_FACTOR' | 'PASSWORD_CHANGE' | 'MFA_SETUP' | 'MFA_REMOVAL';
