import { useParams } from '@tanstack/react-router';

/** A part of the page's path, by the name that its route gives it; empty where the route has none of that name. */
export function useParam(name: string): string {
  const params: unknown = useParams({ strict: false });
  return (params as Readonly<Record<string, string>>)[name] ?? '';
}
