/** The channel on which app-api's processes report tenants whose schema is too old for them; each payload is a tenant's id. */
export const upgradeChannel = 'helpdeskly_upgrades';
