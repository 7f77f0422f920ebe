import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { pgAdminServers } from './pgadmin-servers.js';

describe('the servers for pgAdmin', () => {
  it('of the compose file are those in pgadmin/servers.json', () => {
    const file = new URL('../../../../pgadmin/servers.json', import.meta.url);
    const control = { host: 'postgres', port: 5432, database: 'helpdeskly_control' };
    const servers = [{ name: 'default', host: 'postgres', port: 5432 }];
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(pgAdminServers(control, servers));
  });

  it('have every attribute that pgAdmin requires, and no password', () => {
    const { Servers } = pgAdminServers({ host: 'a', port: 1, database: 'b' }, [
      { name: 'one', host: 'c', port: 2 },
      { name: 'two', host: '::1', port: 3 },
    ]);
    expect(Object.keys(Servers)).toEqual(['1', '2', '3']);
    for (const server of Object.values(Servers)) {
      for (const name of ['Name', 'Group', 'Host', 'Port', 'MaintenanceDB', 'Username'])
        expect(server).toHaveProperty(name);
      expect(server.ConnectionParameters.sslmode).toBe('prefer');
      expect(JSON.stringify(server)).not.toMatch(/password/i);
    }
  });
});
