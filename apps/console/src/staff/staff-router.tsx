import { searchParams } from '@helpdeskly/ui';
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { TicketListPage } from '../tickets/ticket-list-page.js';
import { readListSearch } from '../tickets/list-search.js';
import { managed } from './manage-routes.js';
import { root } from './root-route.js';

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- The router's own way to go elsewhere.
    throw redirect({ to: '/tickets', search: { assignedTo: 'me', status: 'open,pending,on_hold' }, replace: true });
  },
});

const listRoute = createRoute({
  getParentRoute: () => root,
  path: '/tickets',
  validateSearch: readListSearch,
  component: TicketListPage,
});

const ticketRoute = createRoute({
  getParentRoute: () => root,
  path: '/tickets/$number',
  component: lazyRouteComponent(() => import('../ticket/ticket-page.js'), 'TicketPage'),
});

const newTicket = createRoute({
  getParentRoute: () => root,
  path: '/new',
  validateSearch: ({ followUpOf }: Record<string, unknown>): { followUpOf?: number } =>
    /^[1-9]\d{0,14}$/.test(String(followUpOf)) ? { followUpOf: Number(followUpOf) } : {},
  component: lazyRouteComponent(() => import('../tickets/new-ticket-page.js'), 'NewTicketPage'),
});

const notifications = createRoute({
  getParentRoute: () => root,
  path: '/notifications',
  component: lazyRouteComponent(() => import('../notifications/notifications-page.js'), 'NotificationsPage'),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.js'), 'AccountPage'),
});

const routes = root.addChildren([home, listRoute, ticketRoute, newTicket, notifications, account, managed]);

export const staffRouter = () => createRouter({ routeTree: routes, defaultPreload: 'intent', ...searchParams });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof staffRouter>;
  }
}
