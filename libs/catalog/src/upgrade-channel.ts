/** Where app-api's processes ask for tenants whose schema is older than they need: each notification is a tenant's id. */
export const upgradeChannel = 'helpdeskly_upgrades';
