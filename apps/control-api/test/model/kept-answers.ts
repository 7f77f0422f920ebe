import type { Answer } from '@helpdeskly/testing';

interface Kept {
  readonly fingerprint: string;
  readonly answer: Answer;
  /** Whose purge takes the answer along. */
  readonly tenantId: string | undefined;
}

const notKept = (status: number) => [400, 401, 403, 429].includes(status) || status >= 500;

/** The answers that an Idempotency-Key gets again, by actor and key. */
export class KeptAnswers {
  private readonly kept = new Map<string, Kept>();

  find(actorId: string, key: string): Kept | undefined {
    return this.kept.get(`${actorId} ${key}`);
  }

  keep(actorId: string, key: string, kept: Kept): void {
    if (!notKept(kept.answer.status)) this.kept.set(`${actorId} ${key}`, kept);
  }

  forgetTenant(tenantId: string): void {
    for (const [key, kept] of this.kept) if (kept.tenantId === tenantId) this.kept.delete(key);
  }
}
