import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kustomized, type Container, type Manifest, type Pod } from './manifests.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const home = join(root, 'deploy/kubernetes');
/** In the order in which docs/operations.md applies them. */
export const folders = ['namespace', 'databases', 'redis', 'migrate', 'app'] as const;
export const all = folders.flatMap((folder) => kustomized(join(home, folder)));
/** Of our own processes. */
export const ours = [...kustomized(join(home, 'migrate')), ...kustomized(join(home, 'app'))];

export const named = (manifests: readonly Manifest[], kind: string) =>
  manifests.filter((manifest) => manifest.kind === kind).map((each) => [each.metadata.name, each] as const);

/** Each pod by the name of what makes it. */
export const pods: readonly (readonly [string, Pod])[] = all.flatMap(({ kind, metadata: { name }, spec }) =>
  spec?.template !== undefined && kind !== 'Pooler' ? [[name, spec.template] as const] : [],
);
/** Each container by the name of what makes its pod. */
export const containers: readonly (readonly [string, Container])[] = pods.flatMap(([name, { spec }]) =>
  [...(spec.initContainers ?? []), ...spec.containers].map((each) => [name, each] as const),
);
