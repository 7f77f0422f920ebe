// A script of its own, which runs while the rest of the page is still on its way: whose session it is says what else is needed.

async function ask(): Promise<Response> {
  const response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'X-Session': 'cookie' } });
  if (response.ok && location.pathname !== '/invitation') void fetchPages(response.clone());
  return response;
}

/** Their code alone; the page that shows them asks again, and says so when it cannot come. */
async function fetchPages(response: Response): Promise<void> {
  try {
    const { user } = (await response.json()) as { user: { role: string } };
    await (user.role === 'CUSTOMER' ? import('../portal/portal-app.js') : import('../staff/staff-app.js'));
  } catch {
    return;
  }
}

const asked = window.isSecureContext ? ask() : undefined;
asked?.catch(() => undefined); // Whoever takes it hears of that.

/** The answer to the page's first renewal of its session. */
export const firstRenewal = (): Promise<Response> | undefined => asked;
