import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAppConfig, readControlConfig } from '@helpdeskly/config';
import { all, containers, named, ours, pods, root } from './deployed.js';
import { read, type Container } from './manifests.js';

describe('the processes in Kubernetes', () => {
  const processes = containers.filter(([, { command }]) => command[0] === 'node');
  const secrets: Readonly<Record<string, string>> = {
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    CATALOG_DATABASE_URL: 'postgres://c:p@control-rw/helpdeskly_control',
    CONTROL_DATABASE_URL: 'postgres://h:p@control-rw/helpdeskly_control',
    TENANT_SERVER_ADMIN_URL: 'postgres://a:p@tenants-1-rw/postgres',
    REDIS_URL: 'redis://u:p@redis:6379',
    BOOTSTRAP_OPERATOR_EMAIL: 'ops@example.com',
    BOOTSTRAP_OPERATOR_PASSWORD: 'at least twelve characters',
  };

  /** What a container gets of ConfigMaps, Secrets and values. */
  function environmentOf({ envFrom = [], env = [] }: Container): Readonly<Record<string, string>> {
    const maps = envFrom.flatMap(({ configMapRef: { name } }) => {
      const [, map] = named(ours, 'ConfigMap').find(([each]) => each === name) ?? [];
      if (map === undefined) throw new Error(`there is no ConfigMap ${name}`);
      return Object.entries(map.data ?? {});
    });
    const own = env
      .filter(({ valueFrom }) => valueFrom?.secretKeyRef.optional !== true)
      .map(({ name, value, valueFrom }): [string, string] => {
        if (valueFrom !== undefined) expect(valueFrom.secretKeyRef.key).toBe(name);
        return [name, value ?? secrets[name] ?? 'secret'];
      });
    return Object.fromEntries([...maps, ...own]);
  }

  /** By our own reader; `seen` gets the names of the variables that it asks for. */
  function configOf(container: Container, seen = new Set<string>()) {
    const isOfApp = container.command[1]?.startsWith('apps/app-api/') === true;
    const environment = new Proxy(environmentOf(container), {
      get(variables, name) {
        seen.add(String(name));
        return variables[String(name)];
      },
    });
    return isOfApp ? readAppConfig(environment) : readControlConfig(environment);
  }

  it('are those of docker-compose.yml', () => {
    const compose = read(join(root, 'docker-compose.yml'));
    const commands = (text: string) => [...new Set(text.match(/node, apps\/[\w-]+\/dist\/[\w-]+\.js/g))].sort();
    expect(processes.map(([, { command }]) => command.join(', ')).sort()).toEqual(commands(compose));
    for (const [, { command }] of processes) {
      const source = (command[1] ?? '').replace('/dist/', '/src/').replace(/\.js$/, '.ts');
      expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    }
  });

  it.each(processes)(
    '%s has a configuration that it can start with, and no variable that it does not read',
    (_, container) => {
      const seen = new Set<string>();
      configOf(container, seen);
      const names = [...Object.keys(environmentOf(container)), ...(container.env ?? []).map(({ name }) => name)];
      // The AWS SDK reads its own.
      expect(names.filter((name) => !seen.has(name) && !name.startsWith('AWS_'))).toEqual([]);
    },
  );

  it.each(processes.filter(([, { ports = [] }]) => ports.length > 0))(
    '%s is asked whether it lives, on the ports where it listens',
    (_, container) => {
      const config = configOf(container);
      const ports = new Map(container.ports?.map(({ name, containerPort }) => [name, containerPort]));
      expect(ports.get('metrics')).toBe(config.metricsPort);
      if (ports.has('http')) expect(ports.get('http')).toBe(config.port);
      if (ports.has('smtp') && 'mail' in config) expect(ports.get('smtp')).toBe(config.mail.smtpPort);
      const routes = (['app-api', 'control-api'] as const).map(
        (api) => JSON.parse(read(join(root, `docs/openapi/${api}.json`))) as { readonly paths: object },
      );
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
        const { path, port } = { path: undefined, ...(probe?.httpGet ?? probe?.tcpSocket) } as {
          path?: string;
          port: string;
        };
        expect([...ports.keys()]).toContain(port);
        if (port === 'http') for (const { paths } of routes) expect(Object.keys(paths)).toContain(path);
        else if (port === 'metrics') expect(path).toBe('/metrics');
      }
      if (ports.has('http')) expect(container.readinessProbe?.httpGet?.path).toBe('/health/ready');
    },
  );

  it('have time to end what they have accepted', () => {
    for (const [name, container] of processes) {
      const [, pod] = pods.find(([each]) => each === name) ?? [];
      const { shutdownDeadlineMs } = configOf(container);
      const seconds = pod?.spec.terminationGracePeriodSeconds ?? Infinity;
      expect([name, seconds * 1000 > shutdownDeadlineMs]).toEqual([name, true]);
    }
  });

  it('are found by their Services, budgets and autoscaler', () => {
    for (const [name, { spec }] of named(all, 'Service')) {
      const { selector, ports } = spec as unknown as {
        selector: Record<string, string>;
        ports: { targetPort: string }[];
      };
      const [, container] = containers.find(([each]) => each === selector['helpdeskly/part']) ?? [];
      for (const { targetPort } of ports)
        expect([name, container?.ports?.map((each) => each.name)]).toEqual([
          name,
          expect.arrayContaining([targetPort]),
        ]);
    }
    const deployments = named(ours, 'Deployment').map(([name]) => name);
    expect(
      named(ours, 'PodDisruptionBudget')
        .map(([name]) => name)
        .sort(),
    ).toEqual([...deployments].sort());
    const [, scaler] = named(ours, 'HorizontalPodAutoscaler')[0] ?? [];
    expect(scaler?.spec?.['scaleTargetRef']).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'app-api' });
    expect(named(ours, 'Deployment').find(([name]) => name === 'app-api')?.[1].spec).not.toHaveProperty('replicas');
  });

  it('get the secrets that docs/operations.md makes', () => {
    const text = read(join(root, 'docs/operations.md'));
    for (const [name, { env = [] }] of containers)
      for (const { valueFrom } of env) {
        if (valueFrom === undefined || valueFrom.secretKeyRef.name.endsWith('-superuser')) continue; // The operator makes it.
        const made = new RegExp(
          `create secret generic ${valueFrom.secretKeyRef.name} [^;]*?(?=\n\n|\n\`\`\`|\nkubectl|$)`,
        ).exec(text)?.[0];
        if (valueFrom.secretKeyRef.optional !== true)
          expect([name, made]).toEqual([
            name,
            expect.stringContaining(`--from-literal=${valueFrom.secretKeyRef.key}=`),
          ]);
      }
  });
});
