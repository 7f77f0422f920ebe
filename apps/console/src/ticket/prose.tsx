import { useLayoutEffect, useRef } from 'react';
import { nodesOf } from './markdown.js';

/** A text that somebody wrote. */
export function Prose({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.replaceChildren(nodesOf(text));
  }, [text]);
  return <div ref={place} className="prose-text" />;
}
