import { NotHere } from '@helpdeskly/ui';
import { createRootRoute } from '@tanstack/react-router';
import { Shell } from './shell.js';

export const root = createRootRoute({ component: Shell, notFoundComponent: NotHere });
