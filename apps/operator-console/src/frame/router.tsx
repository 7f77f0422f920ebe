import { NotHere, searchParams } from '@helpdeskly/ui';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { FleetPage } from '../fleet/fleet-page.js';
import { readTenantSearch } from '../tenants/tenant-search.js';
import { Shell } from './shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere });

const routes = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: FleetPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/incidents',
    component: lazyRouteComponent(() => import('../incidents/incidents-page.js'), 'IncidentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants',
    validateSearch: readTenantSearch,
    component: lazyRouteComponent(() => import('../tenants/tenants-page.js'), 'TenantsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants/new',
    component: lazyRouteComponent(() => import('../tenants/new-tenant-page.js'), 'NewTenantPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/import',
    component: lazyRouteComponent(() => import('../import/import-page.js'), 'ImportPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/fleet-query',
    component: lazyRouteComponent(() => import('../query/fleet-query-page.js'), 'FleetQueryPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants/$slug',
    component: lazyRouteComponent(() => import('../tenant/tenant-page.js'), 'TenantPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans',
    component: lazyRouteComponent(() => import('../plans/plans-page.js'), 'PlansPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/bulk-runs',
    component: lazyRouteComponent(() => import('../bulk/bulk-runs-page.js'), 'BulkRunsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/bulk-runs/$id',
    component: lazyRouteComponent(() => import('../bulk/bulk-run-page.js'), 'BulkRunPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/migration-runs',
    component: lazyRouteComponent(() => import('../rollouts/runs-page.js'), 'RunsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/migration-runs/$id',
    component: lazyRouteComponent(() => import('../rollouts/run-page.js'), 'RunPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rehearsals',
    component: lazyRouteComponent(() => import('../rehearsals/rehearsals-page.js'), 'RehearsalsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rehearsals/$id',
    component: lazyRouteComponent(() => import('../rehearsals/rehearsal-page.js'), 'RehearsalPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/drift',
    component: lazyRouteComponent(() => import('../drift/drift-checks-page.js'), 'DriftChecksPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/drift/$id',
    component: lazyRouteComponent(() => import('../drift/drift-check-page.js'), 'DriftCheckPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/backups',
    component: lazyRouteComponent(() => import('../backups/backups-page.js'), 'BackupsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/deletions',
    component: lazyRouteComponent(() => import('../deletions/deletions-page.js'), 'DeletionsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/deletions/$id',
    component: lazyRouteComponent(() => import('../deletions/certificate-page.js'), 'CertificatePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/servers',
    component: lazyRouteComponent(() => import('../servers/servers-page.js'), 'ServersPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/checks',
    component: lazyRouteComponent(() => import('../checks/checks-page.js'), 'ChecksPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/credential-rotations',
    component: lazyRouteComponent(() => import('../rotations/rotations-page.js'), 'RotationsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/credential-rotations/$id',
    component: lazyRouteComponent(() => import('../rotations/rotation-page.js'), 'RotationPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/platform-keys',
    component: lazyRouteComponent(() => import('../platform-keys/platform-keys-page.js'), 'PlatformKeysPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/queues-of-jobs',
    component: lazyRouteComponent(() => import('../queues/queues-page.js'), 'QueuesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/mails',
    component: lazyRouteComponent(() => import('../mails/mails-page.js'), 'MailsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    component: lazyRouteComponent(() => import('../audit/audit-page.js'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operators',
    component: lazyRouteComponent(() => import('../operators/operators-page.js'), 'OperatorsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/api-keys',
    component: lazyRouteComponent(() => import('../keys/api-keys-page.js'), 'ApiKeysPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/account',
    component: lazyRouteComponent(() => import('../account/account-page.js'), 'AccountPage'),
  }),
]);

export const operatorRouter = () => createRouter({ routeTree: routes, defaultPreload: 'intent', ...searchParams });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof operatorRouter>;
  }
}
