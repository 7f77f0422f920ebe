const slug = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])$/;

/** A helpdesk's address, if that can be the name of one. `origin`: the address before whose host the name goes. */
export function helpdeskAddress(origin: string, typed: string): string | undefined {
  const base = new URL(origin);
  // Who types or pastes the whole address means the same.
  const host = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .split(/[/:]/, 1)[0];
  if (host === undefined) return undefined;
  const end = `.${base.hostname}`;
  const name = host.endsWith(end) ? host.slice(0, -end.length) : host;
  if (!slug.test(name) || name.includes('--')) return undefined;
  base.hostname = `${name}.${base.hostname}`;
  return `${base.origin}/`;
}
