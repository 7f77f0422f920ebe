/** What a listener of a channel is told. None of these may throw. */
export interface ChannelEars {
  /** Messages arrive from now on; those of the time before went unheard. */
  listening(): void;
  /** Messages no longer arrive. */
  deaf(): void;
  notified(payload: string): void;
}

/** One channel between processes. Nothing is kept: what is sent while nobody listens is lost. */
export interface MessageChannel {
  /** Bytes of a payload at most. */
  readonly longest: number;
  /** Throws when it could not be sent. */
  send(payload: string): Promise<void>;
  /** Begins to listen, once, and comes back by itself when the connection is lost. */
  listen(ears: ChannelEars): void;
  /** Gives up the connection that listens, for a new one: it looks well and hears nothing. */
  listenAnew(): void;
  close(): Promise<void>;
}
