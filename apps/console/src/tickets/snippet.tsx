import type { Schemas } from '../api/client.js';

/** Where the words were found, outside of the title. */
export function Snippet({ snippets }: { snippets: readonly Schemas['SnippetDto'][] }) {
  const snippet = snippets.find(({ field }) => field !== 'title');
  if (snippet === undefined) return null;
  const parts = [];
  let end = 0;
  for (const match of snippet.matches) {
    parts.push(<span key={`${end}-`}>{snippet.text.slice(end, match.start)}</span>);
    parts.push(
      <mark key={end} className="rounded-sm bg-warn-soft text-warn-text">
        {snippet.text.slice(match.start, match.end)}
      </mark>,
    );
    end = match.end;
  }
  return (
    <span className="hidden min-w-0 truncate text-xs text-muted lg:block">
      {parts}
      {snippet.text.slice(end)}
    </span>
  );
}
