import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { root } from './root-route.js';

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

const macros = createRoute({
  getParentRoute: () => manage,
  path: '/macros',
  component: lazyRouteComponent(() => import('../manage/macros-page.js'), 'MacrosPage'),
});

const views = createRoute({
  getParentRoute: () => manage,
  path: '/views',
  component: lazyRouteComponent(() => import('../manage/views-page.js'), 'ViewsPage'),
});

const mailboxes = createRoute({
  getParentRoute: () => manage,
  path: '/mailboxes',
  component: lazyRouteComponent(() => import('../manage/mailboxes-page.js'), 'MailboxesPage'),
});

const inboundMails = createRoute({
  getParentRoute: () => manage,
  path: '/inbound-mails',
  component: lazyRouteComponent(() => import('../manage/inbound-mails-page.js'), 'InboundMailsPage'),
});

const settings = createRoute({
  getParentRoute: () => manage,
  path: '/settings',
  component: lazyRouteComponent(() => import('../manage/settings-page.js'), 'SettingsPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => manage,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('../manage/api-keys-page.js'), 'ApiKeysPage'),
});

const webhooks = createRoute({
  getParentRoute: () => manage,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('../manage/webhooks-page.js'), 'WebhooksPage'),
});

const reports = createRoute({
  getParentRoute: () => manage,
  path: '/reports',
  component: lazyRouteComponent(() => import('../reports/reports-page.js'), 'ReportsPage'),
});

const exported = createRoute({
  getParentRoute: () => manage,
  path: '/exports',
  component: lazyRouteComponent(() => import('../manage/exports-page.js'), 'ExportsPage'),
});

const imported = createRoute({
  getParentRoute: () => manage,
  path: '/imports',
  component: lazyRouteComponent(() => import('../manage/imports-page.js'), 'ImportsPage'),
});

const templates = createRoute({
  getParentRoute: () => manage,
  path: '/templates',
  component: lazyRouteComponent(() => import('../manage/templates-page.js'), 'TemplatesPage'),
});

const undeliverable = createRoute({
  getParentRoute: () => manage,
  path: '/undeliverable-addresses',
  component: lazyRouteComponent(() => import('../manage/undeliverable-page.js'), 'UndeliverablePage'),
});

const audit = createRoute({
  getParentRoute: () => manage,
  path: '/audit',
  component: lazyRouteComponent(() => import('../manage/audit-page.js'), 'AuditPage'),
});

/** The pages that manage the helpdesk, each with a chunk of its own. */
export const managed = manage.addChildren([
  manageHome,
  reports,
  users,
  user,
  organizations,
  groups,
  macros,
  views,
  mailboxes,
  inboundMails,
  templates,
  undeliverable,
  settings,
  apiKeys,
  webhooks,
  exported,
  imported,
  audit,
]);
