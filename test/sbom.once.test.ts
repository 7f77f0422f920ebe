import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';

const script = new URL('../scripts/licences.mjs', import.meta.url).href;

/** What `unaccepted` says of packages with these licences. */
function refused(...licences: (string | undefined)[]): string[] {
  const components = licences.map((expression, n) => ({
    name: `p${n}`,
    version: '1.0.0',
    ...(expression === undefined ? {} : { licenses: [{ expression }] }),
  }));
  const code = `import { unaccepted } from ${JSON.stringify(script)};
    console.log(JSON.stringify(unaccepted(${JSON.stringify(components)})));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  return JSON.parse(stdout.toString()) as string[];
}

describe('licences', () => {
  it('on the list pass, alone, in a choice and together', () => {
    expect(refused('MIT', '(MIT OR GPL-3.0-only)', 'MIT AND Zlib', '(GPL-2.0 OR (MIT AND ISC))')).toEqual([]);
  });

  it('off the list, missing, or only partly on it fail by the package’s name', () => {
    const wrong = ['GPL-3.0-only', 'MIT AND GPL-3.0-only', undefined, 'SEE LICENSE IN FILE', 'MIT OR', '(MIT'];
    expect(refused(...wrong).map((line) => line.split('@')[0])).toEqual(wrong.map((_, n) => `p${n}`));
  });
});

describe('npm run sbom', () => {
  it('writes what the schema of CycloneDX 1.6 describes, with every package that the APIs run with', () => {
    const folder = mkdtempSync(join(tmpdir(), 'helpdeskly-sbom-'));
    const file = join(folder, 'sbom.cdx.json');
    const sbom = new URL('../scripts/sbom.mjs', import.meta.url).href;
    const code = `import { writeSbom } from ${JSON.stringify(sbom)}; await writeSbom(${JSON.stringify(file)});`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
    expect([status, stderr.toString()]).toEqual([0, '']);
    const document = JSON.parse(readFileSync(file, 'utf8')) as { components: { name: string; purl: string }[] };
    rmSync(folder, { recursive: true });
    const schemas = fileURLToPath(new URL('../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url));
    const schema = (name: string) => JSON.parse(readFileSync(join(schemas, name), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}`);
    const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...document, bomFormat: 'another' })).toBe(false);
    const names = document.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['fastify', 'pg', 'bullmq', 'ioredis', 'swagger-ui-dist']));
    expect(names).not.toContain('jest');
  });
});
