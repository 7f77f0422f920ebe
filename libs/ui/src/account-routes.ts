import type { OnePage } from './pages.js';

export interface NewPassword {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** A browser or program that is signed in. */
export interface OwnSession {
  readonly id: string;
  readonly lastUsedAt: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly current: boolean;
}

/** What both APIs do to the account of the person who is signed in. Each throws ApiFailure. */
export interface AccountRoutes {
  changePassword(passwords: NewPassword): Promise<unknown>;
  beginFactor(): Promise<{ readonly secret: string; readonly otpauthUrl: string }>;
  confirmFactor(code: string): Promise<{ readonly recoveryCodes: readonly string[] }>;
  turnFactorOff(password: string): Promise<unknown>;
  sessions(cursor: string | undefined, signal: AbortSignal): Promise<OnePage<OwnSession>>;
  endSession(id: string): Promise<unknown>;
}
