import { describe, expect, it } from '@jest/globals';
import { all, named, pods } from './deployed.js';

/** What CloudNativePG puts on the pods that it makes. */
const madeByOperator = ['control-database', 'tenants-server', 'tenants-pooler'];

type Labels = Readonly<Record<string, string>>;

const labelsOf = (part: string): Labels | undefined =>
  madeByOperator.includes(part)
    ? { 'helpdeskly/part': part }
    : pods.map(([, { metadata }]) => metadata.labels).find((labels) => labels['helpdeskly/part'] === part);

describe('who reaches whom in Kubernetes', () => {
  interface Selector {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: 'In' | 'Exists';
      readonly values?: readonly string[];
    }[];
  }
  interface Rule {
    readonly ports?: readonly { readonly port: number; readonly endPort?: number }[];
    readonly from?: readonly Peer[];
    readonly to?: readonly Peer[];
  }
  interface Peer {
    readonly podSelector?: Selector;
    readonly namespaceSelector?: object;
    readonly ipBlock?: object;
  }
  interface Policy {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  }
  const policies = named(all, 'NetworkPolicy').map(([, { spec }]) => spec as unknown as Policy);

  const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>) =>
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => key in labels && (values?.includes(labels[key] ?? '') ?? true));
  const opens = (rule: Rule, port: number) =>
    rule.ports?.some(({ port: first, endPort = first }) => first <= port && port <= endPort) ?? true;
  const names = (peers: readonly Peer[] | undefined, labels: Readonly<Record<string, string>>) =>
    peers?.some(
      ({ podSelector, namespaceSelector }) =>
        namespaceSelector === undefined && podSelector !== undefined && selects(podSelector, labels),
    ) ?? true;

  /** As Kubernetes decides it: the sender's policies must let it out, and the receiver's must let it in. */
  function reaches(from: string, to: string, port: number): boolean {
    const [sender = {}, receiver = {}] = [labelsOf(from), labelsOf(to)];
    const out = policies.some(
      (policy) =>
        selects(policy.podSelector, sender) &&
        policy.egress?.some((rule) => opens(rule, port) && names(rule.to, receiver)),
    );
    const into = policies.some(
      (policy) =>
        selects(policy.podSelector, receiver) &&
        policy.ingress?.some((rule) => opens(rule, port) && names(rule.from, sender)),
    );
    return out && into;
  }

  const parts = [
    'app-api',
    'app-worker',
    'mail',
    'control-api',
    'control-worker',
    'migrate',
    'prepare',
    'redis',
    'control-database',
    'tenants-server',
    'tenants-pooler',
  ];

  it('is nobody, but by a rule', () => {
    const [deny] = policies;
    expect(deny).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it.each([
    ['redis', 6379, ['app-api', 'app-worker', 'mail', 'control-api', 'control-worker', 'migrate']],
    ['tenants-pooler', 5432, ['app-api', 'app-worker', 'mail', 'control-api', 'control-worker', 'migrate']],
    [
      'tenants-server',
      5432,
      ['control-api', 'control-worker', 'migrate', 'prepare', 'tenants-server', 'tenants-pooler'],
    ],
    [
      'control-database',
      5432,
      ['app-api', 'app-worker', 'mail', 'control-api', 'control-worker', 'migrate', 'prepare', 'control-database'],
    ],
    ['app-api', 3000, []],
    ['control-api', 3001, []],
  ])('%s is reached at %i by those alone that need it', (to, port, expected) => {
    for (const part of parts) expect([part, labelsOf(part)]).toEqual([part, expect.anything()]);
    expect(parts.filter((from) => reaches(from, to, port))).toEqual(expected);
  });
});
