import type { ControlConfig } from '@helpdeskly/config';
import { Connection, endingAfter } from '@helpdeskly/database';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { controlConfig } from '../configuration/tokens.js';
import type { LoginRole } from '../server-connections/tenant-server.js';

const patience = { connectionTimeoutMillis: 5000, ...endingAfter(5000) } as const;

/** Connects to the control database, which no tenant's role may enter. */
@Injectable()
export class ControlEntrance {
  constructor(@Inject(controlConfig) private readonly config: ControlConfig) {}

  get database(): string {
    return decodeURIComponent(new URL(this.config.controlDatabaseUrl).pathname.slice(1));
  }

  /** The database's address. If it is on another server, the role does not exist there. */
  async connectAs({ name, password }: LoginRole): Promise<Client> {
    const url = new URL(this.config.controlDatabaseUrl);
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(password);
    const client = new Connection({ connectionString: url.href, ...patience });
    client.on('error', () => undefined); // The interrupted query throws.
    await client.connect();
    return client;
  }
}
