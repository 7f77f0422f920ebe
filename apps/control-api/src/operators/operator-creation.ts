import { assertHardToGuess, Passwords } from '@helpdeskly/auth';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { assertStillOwner } from '../actors/still-has-role.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { OperatorEmailTaken, orEmailTaken } from './errors.js';
import { OperatorInvitations } from './operator-invitations.js';
import { viewOperator, type CreatedOperatorDto } from './operator.dto.js';
import type { CreateOperatorDto } from './operators.dto.js';
import { passwordOwner } from './password-owner.js';

/** Adds operators. */
@Injectable()
export class OperatorCreation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
    private readonly invitations: OperatorInvitations,
  ) {}

  /**
   * With a password the operator is ACTIVE at once, without one INVITED. Throws ValidationFailed for a guessable password,
   * OperatorEmailTaken, and Forbidden if the caller is no longer an OWNER.
   */
  async create(origin: Origin, { email, name, role, password }: CreateOperatorDto): Promise<CreatedOperatorDto> {
    if (password !== undefined) assertHardToGuess(password, passwordOwner({ email, name }));
    await this.assertEmailIsFree(email);
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return orEmailTaken(
      this.control.transaction(async (tx) => {
        await assertStillOwner(tx, origin);
        const status = passwordHash === null ? 'INVITED' : 'ACTIVE';
        const data = { email, emailKey: email.toLowerCase(), name, role, status, passwordHash } as const;
        const operator = await tx.operator.create({ data });
        const details = { id: operator.id, email, name, role, status };
        await recordEvent(tx, origin, { action: 'operator.created', details });
        const invitation = passwordHash === null ? await this.invitations.issue(tx, operator) : null;
        return { ...viewOperator(operator), invitation };
      }),
    );
  }

  /** Avoids hashing a password in vain; the unique index decides. */
  private async assertEmailIsFree(email: string): Promise<void> {
    const taken = await this.control.client.operator.count({ where: { emailKey: email.toLowerCase() } });
    if (taken > 0) throw new OperatorEmailTaken();
  }
}
