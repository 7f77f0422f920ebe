import { ApiFailure } from './api.js';

/**
 * The Idempotency-Key of what a person sends: the same for as long as the same content is tried and nobody knows whether it has
 * arrived, another one for everything else.
 */
export class AttemptKey {
  private attempt: { readonly content: string; readonly key: string } | undefined;

  of(body: unknown): string {
    const content = JSON.stringify(body);
    if (this.attempt?.content !== content) this.attempt = { content, key: crypto.randomUUID() };
    return this.attempt.key;
  }

  done(): void {
    this.attempt = undefined;
  }

  /** After a refusal the next try is something new. */
  failed(error: Error): void {
    const isRefused =
      error instanceof ApiFailure &&
      error.status >= 400 &&
      error.status < 500 &&
      error.code !== 'idempotency_in_progress';
    if (isRefused) this.done();
  }
}
