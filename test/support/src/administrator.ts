import { administratorRole } from '@helpdeskly/embedded-postgres';

/** Whom the services administer tenants' databases by, on the tests' servers as in an installation: no superuser. */
export const administrator = { name: administratorRole, password: 'administrator' } as const;
