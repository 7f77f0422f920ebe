import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { sentenceOf } from './failures.js';
import { notify } from './toaster.js';

interface Afterwards<Output> {
  /** What shows its result, and is read again. */
  readonly keys: readonly QueryKey[];
  readonly onDone?: (output: Output) => void;
}

/** A write by one click: a notice says when it was refused, and what shows it is brought up to date either way. */
export function useWrite<Input, Output>(
  write: (input: Input) => Promise<Output>,
  { keys, onDone }: Afterwards<Output>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => onDone?.(output),
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
    onSettled: () => Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
