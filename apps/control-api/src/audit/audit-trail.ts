import type { ControlClient, Prisma } from '@helpdeskly/catalog';

/** Who acts, from where, in which request. */
export interface Origin {
  readonly actor: { readonly kind: 'OPERATOR' | 'API_KEY'; readonly id: string; readonly name: string };
  readonly address: string;
  readonly requestId: string;
}

export interface AuditEntry {
  /** `<thing>.<what happened to it>`, such as `tenant.suspended`. */
  readonly action: string;
  readonly tenantId?: string;
  readonly tenantSlug?: string;
  /** Facts for people; never a secret. */
  readonly details?: Prisma.InputJsonObject;
}

type Writer = Pick<ControlClient, 'auditEvent'>;

/** Records an action, in the transaction of the action. */
export async function recordEvent(tx: Writer, origin: Origin, entry: AuditEntry): Promise<void> {
  const { actor, address, requestId } = origin;
  await tx.auditEvent.create({
    data: { ...entry, actorType: actor.kind, actorId: actor.id, actorName: actor.name, address, requestId },
    select: { id: true },
  });
}

/** Records a failed authentication. */
export async function recordFailure(
  tx: Writer,
  { address, requestId }: Pick<Origin, 'address' | 'requestId'>,
  entry: AuditEntry,
): Promise<void> {
  await tx.auditEvent.create({ data: { ...entry, actorType: 'SYSTEM', address, requestId }, select: { id: true } });
}

/** Records an action of a worker or of the start. */
export async function recordSystemEvent(tx: Writer, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({ data: { ...entry, actorType: 'SYSTEM' }, select: { id: true } });
}
