import { Secrets } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { roleVerifier } from '../tenant-databases/tenant-role.js';
import { verdictOf } from '../tenant-databases/verdict.js';
import type { ServerSurvey } from './server-survey.js';

/** A tenant's present credential, sealed. */
export interface Credential {
  readonly id: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
  readonly accessOpen: boolean;
}

/** How many roles sign in at one look, where the server shows no verifiers: those that were refused before, then the longest untried. */
const signInsAtOnce = 100;

/**
 * Whether tenants' login roles still take the passwords that the catalog has for them: every role may change its own. Compares
 * what the server keeps of them, or signs in, in turn, where only a superuser could read that.
 */
@Injectable()
export class CredentialCheck {
  private readonly verifiers = new Map<string, { readonly secret: string; readonly verifier: string }>();
  private readonly tried = new Map<string, { readonly at: number; readonly refused: boolean }>();

  constructor(private readonly secrets: Secrets) {}

  /** The names of the roles that do not. */
  async refused(
    server: TenantServer,
    { roles, verifiers }: ServerSurvey,
    credentials: readonly Credential[],
  ): Promise<ReadonlySet<string>> {
    const names = new Set(roles.map(({ name }) => name));
    const present = credentials.filter(({ roleName }) => names.has(roleName));
    if (verifiers === undefined) {
      // One that may not log in at all says nothing of its password.
      const closed = new Set(roles.filter(({ login }) => !login).map(({ name }) => name));
      return this.signIn(
        server,
        present.filter(({ accessOpen, roleName }) => accessOpen && !closed.has(roleName)),
      );
    }
    const refused = new Set<string>();
    for (const credential of present) {
      const { roleName } = credential;
      if (verifiers.get(roleName) !== (await this.verifierOf(credential))) refused.add(roleName);
    }
    return refused;
  }

  /** Worked out once for each secret: it costs thousands of hashes. */
  private async verifierOf({ id, roleName, roleSecret }: Credential): Promise<string> {
    const known = this.verifiers.get(roleName);
    if (known?.secret === roleSecret) return known.verifier;
    const verifier = await roleVerifier(this.secrets.open(roleSecret, id));
    this.verifiers.set(roleName, { secret: roleSecret, verifier });
    return verifier;
  }

  private async signIn(server: TenantServer, open: readonly Credential[]): Promise<ReadonlySet<string>> {
    const urgency = ({ roleName }: Credential) => {
      const last = this.tried.get(roleName);
      return last === undefined || last.refused ? 0 : last.at;
    };
    const turn = [...open].sort((a, b) => urgency(a) - urgency(b)).slice(0, signInsAtOnce);
    for (const credential of turn) {
      const refused = await this.isRefused(server, credential);
      this.tried.set(credential.roleName, { at: Date.now(), refused });
    }
    return new Set(open.map(({ roleName }) => roleName).filter((name) => this.tried.get(name)?.refused === true));
  }

  /** A server that is full, or lets in nobody at the moment, says nothing of a password. */
  private async isRefused(
    server: TenantServer,
    { id, roleName, roleSecret, databaseName }: Credential,
  ): Promise<boolean> {
    try {
      const user = { name: roleName, password: this.secrets.open(roleSecret, id) };
      const client = await server.connectDirectlyAs(user, databaseName);
      await client.end();
      return false;
    } catch (error) {
      return verdictOf(error) === 'credential';
    }
  }
}
