import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { SuggestField } from '../shared/suggest-field.js';
import { tagsQuery } from '../tickets/view-queries.js';

const mostTags = 20;

interface TagFieldProps {
  readonly tags: readonly string[];
  readonly disabled?: boolean;
  readonly onAdd: (tag: string) => void;
  readonly onRemove: (tag: string) => void;
}

/** A ticket's tags; those that are in use are suggested, a new one comes with Enter. */
export function TagField({ tags, disabled = false, onAdd, onRemove }: TagFieldProps) {
  const { t } = useLingui();
  const [text, type] = useState('');
  const [error, fail] = useState<string>();
  const { data: known = [] } = useQuery(tagsQuery);
  const words = text.trim().toLowerCase();
  const suggestions = known
    .filter(({ tag }) => tag.includes(words) && !tags.includes(tag))
    .slice(0, 8)
    .map(({ tag }) => ({ id: tag, text: tag }));
  const add = (typed: string) => {
    const tag = typed.trim().toLowerCase().replace(/\s+/g, '-');
    if (tag === '') return;
    if (!/^[a-z0-9_-]{1,50}$/.test(tag)) return fail(t`A tag has letters from a to z, digits, - and _, at most 50.`);
    fail(undefined);
    type('');
    if (!tags.includes(tag)) onAdd(tag);
  };
  return (
    <div className="flex flex-col gap-1.5">
      {disabled || tags.length >= mostTags ? (
        <p className="text-xs font-medium text-muted">{t`Tags`}</p>
      ) : (
        <SuggestField
          label={t`Tags`}
          placeholder={t`Add a tag`}
          text={text}
          error={error}
          suggestions={suggestions}
          onType={type}
          onChoose={({ text: tag }) => add(tag)}
          onEnter={add}
        />
      )}
      {tags.length === 0 ? null : (
        <ul aria-label={t`Tags`} className="flex flex-wrap gap-1">
          {tags.map((tag) => (
            <li
              key={tag}
              className="inline-flex max-w-full items-center rounded-full border border-line bg-raised py-px pr-0.5 pl-2.5 text-xs"
            >
              <span className="truncate">{tag}</span>
              {disabled ? (
                <span className="w-2" />
              ) : (
                <button
                  type="button"
                  aria-label={t`Remove the tag ${tag}`}
                  onClick={() => onRemove(tag)}
                  className="inline-flex size-6 shrink-0 cursor-pointer items-center justify-center rounded-full hover:bg-sunken"
                >
                  <X size={12} aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
