import { useSyncExternalStore } from 'react';

/** Code that no page needs before somebody asks for it. */
export class Later<T> {
  private coming: Promise<T> | undefined;
  private come: T | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly fetch: () => Promise<T>) {}

  /** What has arrived already. */
  get value(): T | undefined {
    return this.come;
  }

  /** Rejects when it cannot be fetched; the next call tries again. */
  load(): Promise<T> {
    this.coming ??= this.fetch().then(
      (value) => {
        this.come = value;
        for (const tell of this.waiting) tell();
        return value;
      },
      (error: unknown) => {
        this.coming = undefined;
        throw error;
      },
    );
    return this.coming;
  }

  /** Calls back when it arrives; returns what ends that. */
  readonly onArrival = (tell: () => void): (() => void) => {
    this.waiting.add(tell);
    return () => this.waiting.delete(tell);
  };
}

/** The code once it is there, whoever asked for it. */
export function useArrived<T>(code: Later<T>): T | undefined {
  return useSyncExternalStore(code.onArrival, () => code.value);
}
