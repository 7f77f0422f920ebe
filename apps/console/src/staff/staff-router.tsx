import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { searchParams } from '../shared/search-params.js';
import { TicketListPage } from '../tickets/ticket-list-page.js';
import { readListSearch } from '../tickets/list-search.js';
import { NotHere } from '../shared/not-here.js';
import { Shell } from './shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere });

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

const manage = createRoute({
  getParentRoute: () => root,
  path: '/manage',
  component: lazyRouteComponent(() => import('../manage/manage-frame.js'), 'ManageFrame'),
});

const manageHome = createRoute({
  getParentRoute: () => manage,
  path: '/',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- The router's own way to go elsewhere.
    throw redirect({ to: '/manage/users', replace: true });
  },
});

const users = createRoute({
  getParentRoute: () => manage,
  path: '/users',
  component: lazyRouteComponent(() => import('../manage/users-page.js'), 'UsersPage'),
});

const user = createRoute({
  getParentRoute: () => manage,
  path: '/users/$id',
  component: lazyRouteComponent(() => import('../manage/user-page.js'), 'UserPage'),
});

const organizations = createRoute({
  getParentRoute: () => manage,
  path: '/organizations',
  component: lazyRouteComponent(() => import('../manage/organizations-page.js'), 'OrganizationsPage'),
});

const groups = createRoute({
  getParentRoute: () => manage,
  path: '/groups',
  component: lazyRouteComponent(() => import('../manage/groups-page.js'), 'GroupsPage'),
});

const managed = manage.addChildren([manageHome, users, user, organizations, groups]);
const routes = root.addChildren([home, listRoute, ticketRoute, newTicket, notifications, account, managed]);

export const staffRouter = () => createRouter({ routeTree: routes, defaultPreload: 'intent', ...searchParams });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof staffRouter>;
  }
}
