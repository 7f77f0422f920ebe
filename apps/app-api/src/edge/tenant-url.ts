/** A path of a tenant, at its own host below the public one. */
export function tenantUrl(publicUrl: string, slug: string, path: string): URL {
  const url = new URL(path, publicUrl);
  url.host = `${slug}.${url.host}`;
  return url;
}
