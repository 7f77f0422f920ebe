export { createAppApi } from './app-api.js';
