import { randomBytes } from 'node:crypto';
import { describeFailure, scramVerifier } from '@helpdeskly/database';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { escapeLiteral } from 'pg';
import { installationName } from '../configuration/tokens.js';
import type { LoginRole, TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { queryLoginMarker, queryLoginPrefix } from '../tenant-databases/names.js';
import { readonlyRole } from '../tenant-databases/server-roles.js';

/** Connections to one server. */
export const connectionLimit = 4;

const lifetime = '10 minutes';

/**
 * Logins that read as the support role. Each is made for one query and dropped after it, because a session that was switched to the
 * support role by SET ROLE could switch back in the middle of a statement (set_config), while a login is no more than it may be. What a
 * killed process leaves behind cannot log in any more after ten minutes, and bears a marker by which the reconciler removes it.
 */
@Injectable()
export class SupportLogins {
  private readonly log = new Logger('SupportLogins');

  constructor(@Inject(installationName) private readonly installation: string) {}

  async during<T>(server: TenantServer, work: (login: LoginRole) => Promise<T>): Promise<T> {
    const login = {
      name: `${queryLoginPrefix}${randomBytes(8).toString('hex')}`,
      password: randomBytes(32).toString('base64url'),
    };
    await create(server, login, queryLoginMarker(this.installation));
    try {
      return await work(login);
    } finally {
      await this.drop(server, login.name);
    }
  }

  /** The reconciler removes what cannot be dropped now. */
  private async drop(server: TenantServer, name: string): Promise<void> {
    try {
      await despiteContention(() => server.admin.query(`DROP ROLE IF EXISTS ${name}`));
    } catch (error) {
      this.log.warn(`The role ${name} was not dropped: ${describeFailure(error)}`);
    }
  }
}

async function create({ admin }: TenantServer, { name, password }: LoginRole, marker: string): Promise<void> {
  const verifier = escapeLiteral(await scramVerifier(password));
  await despiteContention(() =>
    admin.query(`
      DO $$ BEGIN
        EXECUTE format('CREATE ROLE ${name} LOGIN PASSWORD %L NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${connectionLimit} VALID UNTIL %L',
                       ${verifier}, now() + interval '${lifetime}');
      END $$;
      COMMENT ON ROLE ${name} IS ${escapeLiteral(marker)};
      ALTER ROLE ${name} SET default_transaction_read_only = ON;
      GRANT ${readonlyRole} TO ${name} WITH INHERIT TRUE, SET TRUE;`),
  );
}
