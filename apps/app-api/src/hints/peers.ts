interface Peer {
  /** The number of its last message. */
  number: number;
  heardAt: number;
}

/** Two beats and a half: a process that is busy for a while is not taken for dead. */
const silenceMs = 12_500;

/**
 * The processes that send on a channel, each counting its messages. A number that is missing is a message that was lost, and a
 * process that falls silent without a farewell was killed, perhaps before it could say what it had done.
 */
export class Peers {
  private readonly peers = new Map<string, Peer>();

  /**
   * Whether a message before this one may have been lost. One that is new to us begins with 1: whatever comes before its first message
   * that arrives is lost, be it a process that just started or one that was cut off for so long that it was forgotten.
   */
  heard(from: string, number: number, now: number): boolean {
    const peer = this.peers.get(from);
    this.peers.set(from, { number, heardAt: now });
    return number !== (peer?.number ?? 0) + 1;
  }

  /** It has said farewell. */
  left(from: string): void {
    this.peers.delete(from);
  }

  /** Those that have fallen silent, each once. */
  silent(now: number): readonly string[] {
    const silent = [...this.peers].flatMap(([from, { heardAt }]) => (now - heardAt > silenceMs ? [from] : []));
    for (const from of silent) this.peers.delete(from);
    return silent;
  }

  /** Nothing was heard for a while: they may have said anything. */
  forget(): void {
    this.peers.clear();
  }
}
