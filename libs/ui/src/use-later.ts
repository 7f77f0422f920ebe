import { useEffect } from 'react';
import { sentenceOf } from './failures.js';
import { type Later, useArrived } from './later.js';
import { notify } from './toaster.js';

/** The code once it is wanted and there. When it cannot be fetched the reader is told, and `onFail` takes the wish back. */
export function useLater<T>(code: Later<T>, wanted: boolean, onFail: () => void): T | undefined {
  useEffect(() => {
    if (!wanted || code.value !== undefined) return;
    let gone = false;
    code.load().catch((error: unknown) => {
      notify({ text: sentenceOf(error), tone: 'danger' });
      if (!gone) onFail();
    });
    return () => {
      gone = true;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- It takes back the wish of the moment at which it was asked for.
  }, [code, wanted]);
  return useArrived(code);
}
