// For `node --import`: runs TypeScript sources as tests do.
import { register } from 'node:module';

register('./loader.mjs', import.meta.url);
