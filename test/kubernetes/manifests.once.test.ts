import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { wrongInCloudNativePg } from './cloudnative-pg.js';
import { all, containers, folders, home, named, ours, pods, root } from './deployed.js';
import { wrongInKubernetes } from './kubernetes-types.js';
import { documents, kustomized, read, type Manifest } from './manifests.js';

const isCloudNativePg = ({ apiVersion }: Manifest) => apiVersion.startsWith('postgresql.cnpg.io/');
const ofKubernetes = (manifests: readonly Manifest[]) => manifests.filter((each) => !isCloudNativePg(each));
const ofCloudNativePg = (manifests: readonly Manifest[]) => manifests.filter(isCloudNativePg);

describe('the manifests for Kubernetes', () => {
  it('are what Kubernetes and CloudNativePG describe', () => {
    expect(wrongInKubernetes(root, ofKubernetes(all))).toEqual([]);
    for (const manifest of ofCloudNativePg(all)) {
      const { name } = manifest.metadata;
      expect([name, wrongInCloudNativePg(manifest)]).toEqual([name, []]);
    }
  });

  it('are refused with a field that is misspelt, missing or of another type', () => {
    const [, deployment] = named(ours, 'Deployment')[0] ?? [];
    const changed = (from: RegExp, to: string) => JSON.parse(JSON.stringify(deployment).replace(from, to)) as Manifest;
    const wrongOnes = [
      changed(/"readinessProbe"/, '"readynessProbe"'),
      changed(/"selector":\{[^}]*\}\},/, ''),
      changed(/"containerPort":3000/, '"containerPort":"3000"'),
      changed(/apps\/v1/, 'apps/v2'),
    ];
    expect(wrongInKubernetes(root, wrongOnes)).toEqual([
      expect.stringContaining('readynessProbe'),
      expect.stringContaining('is missing'),
      expect.stringContaining("'string' is not assignable to type 'number'"),
      expect.stringContaining("'never'"),
    ]);
    const [cluster] = ofCloudNativePg(all);
    const wrong = JSON.parse(JSON.stringify(cluster).replace('"instances":3', '"replicas":"3"')) as Manifest;
    expect(wrongInCloudNativePg(wrong)).toHaveLength(2);
  });

  /** kubectl has kustomize in it; where there is none, the files themselves were checked above. */
  (spawnSync('kubectl', ['version', '--client']).status === 0 ? it : it.skip)(
    'are what kustomize makes of them',
    () => {
      const built = folders.flatMap((folder) => {
        const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(home, folder)], {
          encoding: 'utf8',
        });
        expect([folder, status, stderr]).toEqual([folder, 0, '']);
        expect(stdout).not.toMatch(/image: helpdeskly$/m);
        const made = documents(stdout);
        const kinds = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind).sort();
        expect(kinds(made)).toEqual(kinds(kustomized(join(home, folder))));
        return made;
      });
      expect(wrongInKubernetes(root, ofKubernetes(built))).toEqual([]);
      for (const each of ofCloudNativePg(built)) expect(wrongInCloudNativePg(each)).toEqual([]);
    },
  );

  it('leave no file out, and no folder', () => {
    const used = new Set(['kustomization.yaml']);
    for (const folder of readdirSync(home)) {
      const text = read(join(home, folder, 'kustomization.yaml'));
      for (const file of readdirSync(join(home, folder)))
        expect([folder, file, used.has(file) || text.includes(file)]).toEqual([folder, file, true]);
    }
    expect(readdirSync(home).sort()).toEqual([...folders, 'image', 'settings'].sort());
  });

  it('have a name of their own within a kind, and run by one account that Kubernetes’ API is closed to', () => {
    const names = all
      .filter(({ kind }) => kind !== 'ConfigMap')
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const [name, { spec }] of pods) expect([name, spec.automountServiceAccountToken]).toEqual([name, false]);
  });

  it.each(containers)(
    '%s runs as nobody of importance, in a file system that it cannot write, within bounds',
    (name, container) => {
      const [, pod] = pods.find(([each]) => each === name) ?? [];
      expect(pod?.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys(container.resources.requests).sort()).toEqual(['cpu', 'memory']);
      expect(container.resources.limits.memory).toMatch(/^\d+[MG]i$/);
      expect(container.image).toMatch(/^(helpdeskly|postgres:18|redis:8)$/);
    },
  );
});

describe('the poolers in Kubernetes', () => {
  it('have the settings of docker/pgbouncer/pgbouncer.ini, as far as their operator lets us set them', () => {
    const ini = new Map(
      [...read(join(root, 'docker/pgbouncer/pgbouncer.ini')).matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    for (const [, { spec }] of named(all, 'Pooler')) {
      const { pgbouncer } = spec as unknown as { pgbouncer: { poolMode: string; parameters: Record<string, string> } };
      expect(pgbouncer.poolMode).toBe(ini.get('pool_mode'));
      for (const [name, value] of Object.entries(pgbouncer.parameters))
        expect([name, ini.get(name)]).toEqual([name, value]);
    }
  });
});
