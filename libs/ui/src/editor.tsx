import { Trans } from '@lingui/react/macro';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { ApiFailure } from './api.js';
import { AttemptKey } from './attempt-key.js';
import { Button } from './button.js';
import { sentenceOf } from './failures.js';

interface EditorProps<Body, Saved> {
  readonly read: (form: HTMLFormElement) => Body;
  /** `key` is the same for as long as the same is tried. */
  readonly save: (body: Body, key: string) => Promise<Saved>;
  readonly onSaved?: (saved: Saved) => void;
  /** What shows its result, and is read again. */
  readonly keys: readonly QueryKey[];
  /** What its button says; `Save` unless given. */
  readonly action?: ReactNode;
  readonly disabled?: boolean;
  /** The fields, given what the server said against them. */
  readonly children: (failure: ApiFailure | undefined) => ReactNode;
}

/** A form that saves one thing, and says why when it was refused; what was typed stays. */
export function Editor<Body, Saved>(props: EditorProps<Body, Saved>) {
  const { read, save, onSaved, keys, action, disabled = false, children } = props;
  const queries = useQueryClient();
  const [key] = useState(() => new AttemptKey());
  const saving = useMutation({
    mutationFn: (body: Body) => save(body, key.of(body)),
    onSuccess: async (saved) => {
      key.done();
      onSaved?.(saved);
      await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    onError: async (error) => {
      key.failed(error);
      const isOld = error instanceof ApiFailure && error.code === 'version_conflict';
      if (isOld) await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    saving.mutate(read(event.currentTarget));
  };
  return (
    <form onSubmit={submit}>
      <fieldset disabled={disabled} className="flex flex-col gap-4">
        {children(saving.error instanceof ApiFailure ? saving.error : undefined)}
        {saving.error === null ? null : (
          <p role="alert" className="font-medium text-danger-text">
            {sentenceOf(saving.error)}
          </p>
        )}
        <div>
          <Button type="submit" look="primary" disabled={saving.isPending}>
            {action ?? <Trans>Save</Trans>}
          </Button>
        </div>
      </fieldset>
    </form>
  );
}
