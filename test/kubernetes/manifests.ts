import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly tcpSocket?: { readonly port: string };
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext: object;
  readonly resources: { readonly requests: object; readonly limits: { readonly memory: string } };
}

export interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly securityContext: object;
    readonly automountServiceAccountToken: boolean;
    readonly terminationGracePeriodSeconds?: number;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Readonly<Record<string, unknown>> & { readonly template?: Pod };
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>>;
}

interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly envs: readonly string[] }[];
}

export const read = (file: string) => readFileSync(file, 'utf8');

export function documents(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0] ?? new Error('no YAML');
    return document.toJS() as Manifest;
  });
}

/** A kustomization's objects, read as kustomize reads them as far as ours go: resources, components, generated ConfigMaps. */
export function kustomized(folder: string): readonly Manifest[] {
  const [kustomization] = documents(read(join(folder, 'kustomization.yaml'))) as unknown as readonly Kustomization[];
  const { resources = [], components = [], configMapGenerator = [] } = kustomization ?? {};
  const known = ['apiVersion', 'kind', 'namespace', 'resources', 'components', 'images', 'configMapGenerator'];
  const other = Object.keys(kustomization ?? {}).filter((key) => !known.includes(key));
  if (other.length > 0) throw new Error(`${folder}: ${other.join()} is not read here`);
  const generated = configMapGenerator.map(({ name, envs }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: Object.fromEntries(envs.flatMap((file) => variables(read(join(folder, file))))),
  }));
  const listed = resources.flatMap((each) =>
    each.endsWith('.yaml') ? documents(read(join(folder, each))) : kustomized(join(folder, each)),
  );
  return [...listed, ...generated, ...components.flatMap((each) => kustomized(join(folder, each)))];
}

function variables(text: string): readonly (readonly [string, string])[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
}
