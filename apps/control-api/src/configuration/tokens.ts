/** Injects the environment's configuration: `@Inject(controlConfig) config: ControlConfig`. */
export const controlConfig = Symbol('ControlConfig');

/** Injects this installation's name on its servers, a string: `@Inject(installationName) installation: string`. */
export const installationName = Symbol('installation name');
