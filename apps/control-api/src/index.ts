import 'reflect-metadata';

export { createControlApi, type ControlApiOptions } from './control-api.js';
export { createControlWorker } from './control-worker.js';
export { describeControlApi } from './document.js';
