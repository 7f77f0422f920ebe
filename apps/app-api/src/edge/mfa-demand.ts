/** SQL: whether the helpdesk demands a second factor of the user `u`, who has none. That user may only set one up. */
export const mustSetUpMfa = `(u."role" <> 'CUSTOMER' AND EXISTS (SELECT FROM "Settings" WHERE "mfaRequired" = 'STAFF')
  AND NOT EXISTS (SELECT FROM "UserTotp" t WHERE t."userId" = u."id" AND t."confirmedAt" IS NOT NULL))`;
