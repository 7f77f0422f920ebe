const form = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names with another meaning before the base domain, or that people would take for the operator's own. */
const reserved = new Set(
  (
    'about account accounts admin administrator api app apps assets auth autoconfig autodiscover billing blog cdn control ' +
    'dashboard dev dns docs email example ftp git graphql help helpdesk helpdeskly host imap internal invalid localhost login ' +
    'logout mail metrics mx noc ns ns1 ns2 oauth ops pgadmin pop pop3 postmaster queues root security sftp signin signup ' +
    'smtp ssh ssl sso staging static status support system test top webmail www www1 www2'
  ).split(' '),
);

/** Whether a text is a well-formed slug: 2 to 50 of `[a-z0-9-]`, no hyphen at either end or doubled, not a UUID. */
export function isSlug(text: string): boolean {
  return form.test(text) && !text.includes('--') && !uuid.test(text);
}

/** Whether no tenant may have this slug. */
export function isReservedSlug(slug: string): boolean {
  return reserved.has(slug);
}
