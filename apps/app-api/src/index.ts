export { createAppApi } from './app-api.js';
export { createAppMail, listenForMail } from './app-mail.js';
export { createAppWorker } from './app-worker.js';
export { describeAppApi } from './document.js';
