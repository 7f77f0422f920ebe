import { Control } from './control.js';
import type { Runtime } from './runtime.js';

/** Begins a migration run when tenants lack migrations, and says so; where that fails, everything else goes on. */
export async function beginPendingMigrations(runtime: Omit<Runtime, 'demo' | 'mail'>): Promise<void> {
  try {
    const control = await Control.signIn(runtime);
    const behind = await control.countBehind();
    if (behind === 0) return;
    const id = await control.migrate();
    const which = behind === 1 ? 'A tenant lacks migrations' : `${behind} tenants lack migrations`;
    console.log(`  ${which}: ${runtime.controlApi}/api/v1/migration-runs/${id} applies them (AUTO_MIGRATE).`);
  } catch (error) {
    console.log(
      `  Tenants were not looked at for migrations: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
