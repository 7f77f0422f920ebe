/** Injects what the environment says, a ControlConfig: `@Inject(controlConfig) config: ControlConfig`. */
export const controlConfig = Symbol('ControlConfig');

/** Injects what this installation calls itself on its servers, a string: `@Inject(installationName) installation: string`. */
export const installationName = Symbol('installation name');
