// Prisma's own schema engine, as WebAssembly, in a process of its own (inside Jest's realms it does not run):
//   node prisma-schema-engine.mjs drift|database-drift|diagnose|apply <database url> <migrations folder> <schema.prisma>
// `drift` prints the SQL that would bring what the migrations build to what the schema says, `database-drift` the same for
// the database itself; `diagnose` what Prisma thinks of the database's migration history, as JSON; `apply` applies the
// migrations as `prisma migrate deploy` does, and prints Prisma's error when one fails.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as runtime from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const [command, url, folder, schemaFile] = process.argv.slice(2);
const schema = readFileSync(schemaFile, 'utf8');
const pool = new pg.Pool({ connectionString: url });

const columnTypes = {
  16: ColumnTypeEnum.Boolean,
  18: ColumnTypeEnum.Character,
  20: ColumnTypeEnum.Int64,
  21: ColumnTypeEnum.Int32,
  23: ColumnTypeEnum.Int32,
  26: ColumnTypeEnum.Int64,
  1002: ColumnTypeEnum.CharacterArray,
  1003: ColumnTypeEnum.TextArray,
  1005: ColumnTypeEnum.Int32Array,
  1009: ColumnTypeEnum.TextArray,
  1016: ColumnTypeEnum.Int64Array,
};

/** The stock adapter splits scripts at every semicolon, does not know the catalogs' type "char", and leaves the shadow database connected when it is dropped. */
function mend(adapter, connections) {
  adapter.executeScript = async (script) => {
    try {
      await connections.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    try {
      return await queryRaw(query);
    } catch (error) {
      if (error?.cause?.kind !== 'UnsupportedNativeDataType' || error.cause.type !== 'char') throw error;
      const { fields, rows } = await adapter.performIO(query);
      return {
        columnNames: fields.map(({ name }) => name),
        columnTypes: fields.map(({ dataTypeID }) => columnTypes[dataTypeID] ?? ColumnTypeEnum.Text),
        rows,
      };
    }
  };
  return adapter;
}

class MigrationAdapterFactory extends PrismaPg {
  async connect() {
    return mend(await super.connect(), pool);
  }

  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    await pool.query(`CREATE DATABASE "${name}"`);
    const shadowUrl = new URL(url);
    shadowUrl.pathname = `/${name}`;
    const shadow = new pg.Pool({ connectionString: shadowUrl.href });
    const adapter = mend(await new PrismaPg(shadow).connect(), shadow);
    adapter.dispose = async () => {
      await shadow.end();
      await pool.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    };
    return adapter;
  }
}

async function openEngine() {
  const wasm = join(
    dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
    'schema_engine_bg.wasm',
  );
  const instance = new WebAssembly.Instance(await WebAssembly.compile(readFileSync(wasm)), {
    './schema_engine_bg.js': runtime,
  });
  runtime.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const adapter = bindMigrationAwareSqlAdapterFactory(new MigrationAdapterFactory(pool));
  return runtime.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
}

function migrations() {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir: folder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: readFileSync(join(folder, 'migration_lock.toml'), 'utf8') },
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

const filters = { externalTables: [], externalEnums: [] };
const engine = await openEngine();
if (command === 'drift' || command === 'database-drift') {
  const files = [{ path: 'schema.prisma', content: schema }];
  const database = { tag: 'schemaDatasource', files, configDir: dirname(schemaFile) };
  const from = command === 'drift' ? { tag: 'migrations', ...migrations() } : database;
  const { stdout } = await engine.diff({
    from,
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters,
  });
  process.stdout.write(stdout ?? '');
} else if (command === 'diagnose') {
  const report = await engine.diagnoseMigrationHistory({
    migrationsList: migrations(),
    optInToShadowDatabase: false,
    filters,
  });
  process.stdout.write(JSON.stringify(report));
} else {
  await engine
    .applyMigrations({ migrationsList: migrations(), filters })
    .catch((error) => process.stdout.write(error.message));
}
process.exit(0);
