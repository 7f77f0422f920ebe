import { Link } from '@tanstack/react-router';

/** The way to a tenant's page. */
export function TenantLink({ slug }: { slug: string }) {
  return (
    <Link to="/tenants/$slug" params={{ slug }} className="whitespace-nowrap text-accent-text underline">
      {slug}
    </Link>
  );
}
