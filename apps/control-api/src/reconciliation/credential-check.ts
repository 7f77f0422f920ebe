import { Secrets } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { roleVerifier } from '../tenant-databases/tenant-role.js';
import { verdictOf } from '../tenant-databases/verdict.js';
import type { ServerSurvey } from './server-survey.js';

/** A tenant's current credential, encrypted. */
export interface Credential {
  readonly id: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
  readonly accessOpen: boolean;
}

/** How many roles log in at once, if the server shows no verifiers: those refused before, then the longest untried. */
const signInsAtOnce = 100;

/**
 * Whether the passwords of tenants' login roles still match the catalog: every role may change its own password. It compares
 * the server's verifiers; if only a superuser may read those, it logs in as the roles in turn.
 */
@Injectable()
export class CredentialCheck {
  private readonly verifiers = new Map<string, { readonly secret: string; readonly verifier: string }>();
  private readonly tried = new Map<string, { readonly at: number; readonly refused: boolean }>();

  constructor(private readonly secrets: Secrets) {}

  /** The names of the roles whose password does not match. */
  async refused(
    server: TenantServer,
    { roles, verifiers }: ServerSurvey,
    credentials: readonly Credential[],
  ): Promise<ReadonlySet<string>> {
    const names = new Set(roles.map(({ name }) => name));
    const present = credentials.filter(({ roleName }) => names.has(roleName));
    if (verifiers === undefined) {
      // If a role may not log in at all, that says nothing about its password.
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

  /** Computed once for each secret: it costs thousands of hashes. */
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

  /** A server that is full, or accepts no login at the moment, says nothing about a password. */
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
