import { NotHere, searchParams } from '@helpdeskly/ui';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { PortalListPage } from './portal-list-page.js';
import { PortalShell } from './portal-shell.js';

const root = createRootRoute({ component: PortalShell, notFoundComponent: NotHere });

const list = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: ({ status }: Record<string, unknown>): { status?: 'solved' } =>
    status === 'solved' ? { status } : {},
  component: PortalListPage,
});

const ticket = createRoute({
  getParentRoute: () => root,
  path: '/tickets/$number',
  component: lazyRouteComponent(() => import('./portal-ticket-page.js'), 'PortalTicketPage'),
});

const newTicket = createRoute({
  getParentRoute: () => root,
  path: '/new',
  validateSearch: ({ followUpOf }: Record<string, unknown>): { followUpOf?: number } =>
    /^[1-9]\d{0,14}$/.test(String(followUpOf)) ? { followUpOf: Number(followUpOf) } : {},
  component: lazyRouteComponent(() => import('./portal-new-page.js'), 'PortalNewPage'),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.js'), 'AccountPage'),
});

const routes = root.addChildren([list, ticket, newTicket, account]);

export const portalRouter = () => createRouter({ routeTree: routes, defaultPreload: 'intent', ...searchParams });
