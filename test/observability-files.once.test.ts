import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Exposition,
  isObservedPooled,
  type Job,
  jobs,
  makeTraffic,
  startObservedSystem,
} from '@helpdeskly/testing';
import { parse } from 'yaml';
import { ExposedMetrics } from './exposed-metrics.js';
import { parseQuery } from './promql.js';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readYaml = <T>(path: string) => parse(read(path)) as T;

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const rulesOf = (file: string) =>
  readYaml<{ groups: { rules: Rule[] }[] }>(`docker/prometheus/${file}`).groups.flatMap(({ rules }) => rules);
const records = rulesOf('recording.yml');
const alerts = rulesOf('alerts.yml');

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition: string }[] };
}

const dashboardFiles = readdirSync(join(root, 'docker/grafana/dashboards'));
const dashboards = dashboardFiles.map((file) => JSON.parse(read(`docker/grafana/dashboards/${file}`)) as Dashboard);
const targets = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ where: `${title}: ${panel.title}`, ...target }))),
);
/** What asks for a PgBouncer is looked at where one is installed. */
const whereSeen = (expr: string) => (isObservedPooled || !expr.includes('helpdeskly_pooler_') ? it : it.skip);
/** Grafana fills these in before it asks. */
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '5m').replace(/"\$\w+"/g, '".*"');
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);

describe('dashboards and rules', () => {
  let exposed: ExposedMetrics;
  let known: ExposedMetrics;

  beforeAll(async () => {
    const system = await startObservedSystem();
    try {
      await makeTraffic(system, await system.createTenant());
      const scraped = new Map<Job, Exposition>();
      for (const job of jobs) scraped.set(job, await system.scrape(job));
      exposed = new ExposedMetrics(scraped);
      known = new ExposedMetrics(scraped);
    } finally {
      await system.close();
    }
    for (const { record, expr } of records) if (record !== undefined) known.record(record, expr);
  });

  it.each(records.map(({ record = '', expr }) => [record, expr]))('%s is recorded of what is exposed', (_, expr) => {
    expect(known.unknownIn(expr)).toEqual([]);
  });

  for (const { alert = '', expr, annotations = {} } of alerts)
    whereSeen(expr)(`${alert} asks for what is exposed`, () => {
      const texts = Object.values(annotations).join(' ');
      expect(known.unknownIn(expr)).toEqual([]);
      expect(known.unknownLabels(expr, namesIn(texts, /\$labels\.(\w+)/g))).toEqual([]);
    });

  for (const { where, expr: asked, legendFormat = '' } of targets)
    whereSeen(asked)(`${where} asks for what is exposed`, () => {
      const expr = filledIn(asked);
      expect(known.unknownIn(expr)).toEqual([]);
      expect(known.unknownLabels(expr, namesIn(legendFormat, /\{\{\s*(\w+)\s*\}\}/g))).toEqual([]);
    });

  it.each(
    dashboards.flatMap(({ title, templating: { list } }) =>
      list.map(({ name, definition }) => [title, name, definition]),
    ),
  )('%s finds values for its variable %s', (_, __, definition) => {
    const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition ?? '') ?? [];
    expect(known.unknownIn(selector)).toEqual([]);
    expect(known.has(parseQuery(selector).selectors[0]?.metric ?? '', label)).toBe(true);
  });

  describe('are held to what is exposed, so that', () => {
    it.each([
      ['a misspelled metric', 'sum(helpdeskly_tenant_conections)', 'no metric helpdeskly_tenant_conections'],
      ['a label that is not there', 'helpdeskly_queue_jobs{name="x"}', 'no label name on helpdeskly_queue_jobs'],
      ['a value that is not there', 'helpdeskly_queue_up{queue="mail"}', 'no queue="mail" on helpdeskly_queue_up'],
      ['one of several values', 'up{job=~"worker|mailer"}', 'no job="mailer" on up'],
      [
        'a grouping',
        'sum by (tenant) (helpdeskly_queue_up)',
        'no label tenant in sum by (tenant) (helpdeskly_queue_up)',
      ],
      ['a label that is ignored', 'up / ignoring (tenant) up', 'no label tenant in up / ignoring (tenant) up'],
      ['a rule that is not recorded', 'job:helpdeskly:rate5m', 'no metric job:helpdeskly:rate5m'],
      ['an unnamed metric', '{job="worker"}', 'no metric (unnamed)'],
    ])('%s is found', (_, expression, said) => {
      expect(exposed.unknownIn(expression)).toEqual([said]);
    });

    it('a label that a text names and the grouping dropped is found', () => {
      expect(exposed.unknownLabels('sum by (queue) (helpdeskly_queue_jobs)', ['queue', 'state'])).toEqual([
        'no label state left by sum by (queue) (helpdeskly_queue_jobs)',
      ]);
    });

    it('what is no PromQL is refused', () => {
      expect(() => exposed.unknownIn('sum(rate(up[5m])')).toThrow('not PromQL');
      expect(() => exposed.unknownIn('rate(up[5 m])')).toThrow('not PromQL');
    });
  });
});

describe('alert rules', () => {
  it('have names of their own', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(alerts.map((alert) => [alert.alert ?? '', alert] as const))(
    '%s says what it is and what to do',
    (name, alert) => {
      expect(['critical', 'warning', 'info']).toContain(alert.labels?.severity);
      expect(alert.annotations).toEqual({
        summary: expect.stringMatching(/./),
        description: expect.stringMatching(/\.$/),
        runbook_url: `docs/observability.md#${name.toLowerCase()}`,
      });
      const page = read('docs/observability.md');
      expect(page.split('\n')).toContain(`#### ${name}`);
    },
  );

  it('fire each in the scenario that promtool plays through', () => {
    const [wrong] = readYaml<{ tests: { promql_expr_test: { exp_samples: { labels: string }[] }[] }[] }>(
      'test/alerts.promtool.yml',
    ).tests;
    const played = wrong?.promql_expr_test.flatMap(({ exp_samples }) => exp_samples.map(({ labels }) => labels)) ?? [];
    expect(played.sort()).toEqual(alerts.map(({ alert }) => `{alertname="${alert}"}`).sort());
  });

  it('lead to playbooks that are there', () => {
    const anchors = namesIn(read('docs/observability.md'), /\(operations\.md#([\w-]+)\)/g);
    const headings = namesIn(read('docs/operations.md'), /^#+ (.+)$/gm).map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors.length).toBeGreaterThan(5);
    expect(headings).toEqual(expect.arrayContaining(anchors));
  });

  it('are all that the documentation tells of', () => {
    const told = namesIn(read('docs/observability.md'), /^#### (\w+)$/gm);
    expect(told.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });
});

describe('Prometheus', () => {
  interface Config {
    readonly rule_files: readonly string[];
    readonly scrape_configs: readonly {
      readonly job_name: string;
      readonly dns_sd_configs?: { names: string[]; port: number }[];
    }[];
  }
  const config = readYaml<Config>('docker/prometheus/prometheus.yml');

  it('scrapes every process by the name of its service, on its port for metrics', () => {
    const found = config.scrape_configs.flatMap(({ job_name, dns_sd_configs = [] }) =>
      dns_sd_configs.map(({ names, port }) => [job_name, names, port]),
    );
    expect(found).toEqual([
      ['app-api', ['app-api'], 9464],
      ['app-worker', ['app-worker'], 9464],
      ['control-api', ['control-api'], 9465],
      ['worker', ['worker'], 9465],
    ]);
  });

  it('reads every file of rules that is there', () => {
    const files = readdirSync(join(root, 'docker/prometheus')).filter((file) => file !== 'prometheus.yml');
    expect([...config.rule_files].sort()).toEqual(files.sort());
  });
});

describe('Grafana', () => {
  const { datasources } = readYaml<{ datasources: { uid: string; type: string; url: string }[] }>(
    'docker/grafana/provisioning/datasources/helpdeskly.yaml',
  );

  it('is given a source for metrics, traces and logs', () => {
    expect(datasources.map(({ uid, type, url }) => [uid, type, url])).toEqual([
      ['prometheus', 'prometheus', 'http://prometheus:9090'],
      ['tempo', 'tempo', 'http://tempo:3200'],
      ['loki', 'loki', 'http://loki:3100'],
    ]);
  });

  it('finds every panel its source, and every dashboard an address of its own', () => {
    const known = datasources.map(({ uid }) => uid);
    for (const { panels } of dashboards)
      for (const { type, datasource } of panels) if (type !== 'row') expect(known).toContain(datasource?.uid);
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
  });

  it('reads dashboards from where Compose mounts them', () => {
    const { providers } = readYaml<{ providers: { options: { path: string } }[] }>(
      'docker/grafana/provisioning/dashboards/helpdeskly.yaml',
    );
    expect(providers.map(({ options }) => options.path)).toEqual(['/var/lib/grafana/dashboards']);
  });
});

describe('the collector', () => {
  interface Pipelines {
    readonly receivers: object;
    readonly processors: object;
    readonly exporters: Record<string, { endpoint: string }>;
    readonly service: {
      readonly pipelines: Record<string, Record<'receivers' | 'processors' | 'exporters', string[]>>;
    };
  }
  const config = readYaml<Pipelines>('docker/collector/config.yaml');

  it('defines every part of its pipelines and uses every part that it defines', () => {
    for (const kind of ['receivers', 'processors', 'exporters'] as const) {
      const used = Object.values(config.service.pipelines).flatMap((pipeline) => pipeline[kind]);
      expect([...new Set(used)].sort()).toEqual(Object.keys(config[kind]).sort());
    }
  });

  it('sends traces and logs to where Tempo and Loki listen', () => {
    const tempo = readYaml<{ distributor: { receivers: { otlp: { protocols: { grpc: { endpoint: string } } } } } }>(
      'docker/tempo/tempo.yaml',
    );
    const loki = readYaml<{ server: { http_listen_port: number } }>('docker/loki/loki.yaml');
    const port = tempo.distributor.receivers.otlp.protocols.grpc.endpoint.split(':').at(-1);
    expect(Object.values(config.exporters).map(({ endpoint }) => endpoint)).toEqual([
      `tempo:${port}`,
      `http://loki:${loki.server.http_listen_port}/otlp`,
    ]);
  });
});
