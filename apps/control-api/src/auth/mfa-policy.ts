import { MfaStore } from '@helpdeskly/auth';
import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Forbidden, MfaSetupRequired } from '@helpdeskly/errors';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';

/** What operators' second factors mean for what they may do. */
@Injectable()
export class MfaPolicy {
  private readonly mfa = new MfaStore('control');

  constructor(
    private readonly control: ControlDatabase,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Whether an operator may do nothing but set one up. */
  mustSetUp({ hasMfa }: { readonly hasMfa: boolean }): boolean {
    return this.config.operatorMfaRequired && !hasMfa;
  }

  /** For a place that takes a password alone. Throws Forbidden if the operator has one, MfaSetupRequired if there must be one. */
  async assertPasswordSuffices(operatorId: string): Promise<void> {
    const hasMfa = await this.mfa.isOn(this.control.client, operatorId);
    if (hasMfa) throw new Forbidden('With a second factor you open this by POST /queues/session.');
    if (this.mustSetUp({ hasMfa })) throw new MfaSetupRequired();
  }
}
