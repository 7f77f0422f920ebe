export { createAppApi } from './app-api.js';
export { createAppWorker } from './app-worker.js';
export { describeAppApi } from './document.js';
